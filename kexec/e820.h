/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * E820, the form in which x86's kernels are told of memory: entries of start, size and type
 * (uapi/asm/bootparam.h: struct boot_e820_entry; types in asm/e820/types.h). Of few entries
 * any order will do. A kernel takes only so many, and drops the rest in the order that they
 * come in (arch/x86/kernel/e820.c: __e820__range_add()), so of many the important come first.
 */
#ifndef KEXEC_E820_H
#define KEXEC_E820_H

#include <stdint.h>

#include "lib/attrs.h"
#include "lib/err.h"
#include "kexec/memory_map.h"
#include "kexec/plan.h"

enum {
	E820_ENTRY_SIZE = 20, /* bytes */
	E820_PAGE_MAX = 128,  /* entries in the zero page (E820_MAX_ENTRIES_ZEROPAGE) */
	/*
	 * What the largest kernel takes in all, one for 2^10 nodes (E820_MAX_ENTRIES); it also
	 * keeps what is behind the page's below the 256 KiB that a kernel can look at at once
	 * when it takes them in (NR_FIX_BTMAPS): it would crash on more.
	 */
	E820_MAX = E820_PAGE_MAX + 3 * 1024,
};

/** e820_count() - how many of @memory's ranges a kernel is to be told of. */
size_t e820_count(const struct memory_map *memory);

/**
 * e820_select() - which ones, and in what order.
 * @memory: normalised. Up to E820_PAGE_MAX ranges are taken as they are.
 * @plan: with its segments placed. The memory that they lie in comes first, and that below
 *	1 MiB, which every kernel needs; then what drivers look for by its type (ACPI's,
 *	persistent, set apart); then the rest, the largest first.
 * @ret: zeroed map, gets e820_count() ranges.
 */
_must_check_ int e820_select(const struct memory_map *memory, const struct plan *plan,
			     struct memory_map *ret, struct err *err);

/** e820_put() - write @range as an entry, E820_ENTRY_SIZE bytes at @p. */
void e820_put(uint8_t *p, const struct memory_range *range);

#endif
