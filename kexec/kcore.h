/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where the running kernel sees itself and its memory: the program headers of /proc/kcore
 * (fs/proc/kcore.c), and the address of _stext in /proc/kallsyms to tell which is the kernel's.
 */
#ifndef KEXEC_KCORE_H
#define KEXEC_KCORE_H

#include <stdint.h>

#include "lib/attrs.h"
#include "lib/err.h"
#include "lib/sysroot.h"

struct kcore {
	uint64_t text_vaddr;  /* where the kernel's own mapping starts */
	uint64_t text_size;   /* bytes, a page multiple */
	uint64_t page_offset; /* virtual address of physical address 0 in the direct map */
};

/**
 * kcore_read() - read them.
 * @text_min, @text_max: [min, max) of virtual addresses where this architecture maps its
 *	kernel, used when /proc/kallsyms does not tell.
 * @direct_align: alignment of the direct map's start, in bytes, a power of two.
 * Return: 0; -EBADMSG if no header covers the kernel; -errno.
 */
_must_check_ int kcore_read(const struct sysroot *root, uint64_t text_min, uint64_t text_max,
			    uint64_t direct_align, struct kcore *ret, struct err *err);

#endif
