/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The initial RAM disk: one file as it is, or several (microcode, then the rest) joined, as
 * boot loaders join them: in order, each beginning at a multiple of 4 bytes, which the kernel
 * asks of an archive behind another (init/initramfs.c).
 */
#ifndef KEXEC_INITRD_H
#define KEXEC_INITRD_H

#include "lib/attrs.h"
#include "lib/err.h"
#include "lib/file.h"
#include "kexec/plan.h"
#include "kexec/request.h"

/**
 * initrd_open() - what --initrd and --reuseinitrd ask for.
 * @running: the running kernel's command line, which tells whether it kept its own.
 * @ret: untouched when there is nothing to open, or on failure; release with mapping_close().
 * A single file stays the file itself; several are copied into memory that has a descriptor.
 * Return: 0 or -errno.
 */
_must_check_ int initrd_open(const struct request *request, const char *running,
			     struct mapping *ret, struct err *err);

/**
 * initrd_place() - give the initrd its segment.
 * @initrd: empty: nothing is done. @max: it ends below; 0: no limit.
 * @ret: its physical address; 0 if there is none.
 */
_must_check_ int initrd_place(struct bytes initrd, uint64_t max, struct plan *plan, uint64_t *ret,
			      struct err *err);

#endif
