/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ELF executables made in memory, for the tests of kexec: System V ABI, chapters 4 and 5.
 */
#ifndef TESTS_UNIT_KEXEC_ELF_H
#define TESTS_UNIT_KEXEC_ELF_H

#include <elf.h>
#include <string.h>

#include "lib/bytes.h"

enum {
	ELF_DATA_AT = 0x1000, /* contents begin here; the headers have the page before */
	ELF_FILE_SIZE = 0x3000,
};

/** struct elf_load - a PT_LOAD's fields. */
struct elf_load {
	uint64_t offset, vaddr, paddr, filesz, memsz, align;
};

/** elf_make() - write ELF_FILE_SIZE bytes: headers of a class of 64 or 32 bits, a pattern. */
static inline void elf_make(uint8_t *file, unsigned int bits, uint64_t entry,
			    const struct elf_load *loads, unsigned int count)
{
	const unsigned int w = bits / 8, ehdr = bits == 64 ? 64 : 52, phdr = bits == 64 ? 56 : 32;

	for (unsigned int i = 0; i < ELF_FILE_SIZE; i++)
		file[i] = i < ELF_DATA_AT ? 0 : (uint8_t)(i * 7 + i / 256);
	memcpy(file, ELFMAG, SELFMAG);
	file[EI_CLASS] = bits == 64 ? ELFCLASS64 : ELFCLASS32;
	file[EI_DATA] = ELFDATA2LSB;
	file[EI_VERSION] = EV_CURRENT;
	put_le(file + 16, 2, ET_EXEC);
	put_le(file + 18, 2, bits == 64 ? EM_X86_64 : EM_386);
	put_le(file + 20, 4, EV_CURRENT);
	put_le(file + 24, w, entry);
	put_le(file + 24 + w, w, ehdr); /* e_phoff */
	put_le(file + 24 + 3 * w + 4, 2, ehdr);
	put_le(file + 24 + 3 * w + 6, 2, phdr);
	put_le(file + 24 + 3 * w + 8, 2, count);
	for (unsigned int i = 0; i < count; i++) {
		uint8_t *p = file + ehdr + i * phdr;
		const unsigned int at = bits == 64 ? 8 : 4; /* p_flags lies before or behind */

		put_le(p, 4, PT_LOAD);
		put_le(p + at, w, loads[i].offset);
		put_le(p + at + w, w, loads[i].vaddr);
		put_le(p + at + 2 * w, w, loads[i].paddr);
		put_le(p + at + 3 * w, w, loads[i].filesz);
		put_le(p + at + 4 * w, w, loads[i].memsz);
		put_le(p + phdr - w, w, loads[i].align);
	}
}

#endif
