/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ELF executables for x86 as programs to be put into memory: System V ABI, chapters 4 and 5,
 * and its supplements for i386 and AMD64. Nothing else of ELF matters to a boot loader.
 */
#ifndef KEXEC_ELF_FILE_H
#define KEXEC_ELF_FILE_H

#include "lib/attrs.h"
#include "lib/bytes.h"
#include "lib/err.h"
#include "kexec/program.h"

/** ELF_FILE_NOT_MINE - no executable of the wanted kind. */
#define ELF_FILE_NOT_MINE 1

/** enum elf_kind - bits: what kinds of machine an executable may be for. */
enum elf_kind {
	ELF_X86_32 = 1,
	ELF_X86_64 = 2,
};

/**
 * elf_file_read() - what of an executable goes where.
 * @kinds: ELF_X86_* that are wanted.
 * @ret: zeroed; released with program_done(), also after a failure; borrows the file's bytes.
 *	Its entry is a physical address, also where the file names a virtual one.
 * Return: 0; ELF_FILE_NOT_MINE for what is no ELF file, is for another machine, is neither
 * ET_EXEC nor ET_DYN, or wants an interpreter, as programs of user space do; -EBADMSG for one
 * that is damaged; -ENOMEM.
 */
_must_check_ int elf_file_read(struct bytes file, unsigned int kinds, struct program *ret,
			       struct err *err);

#endif
