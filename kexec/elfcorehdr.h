/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The ELF core header (elfcorehdr): it tells the capture kernel what the dead one's memory
 * looked like, and becomes the head of /proc/vmcore (fs/proc/vmcore.c). ELF64, little-endian:
 * a PT_NOTE for each CPU and for vmcoreinfo, a PT_LOAD for the kernel's own mapping, and one
 * for each range of RAM; p_offset is a physical address throughout.
 */
#ifndef KEXEC_ELFCOREHDR_H
#define KEXEC_ELFCOREHDR_H

#include <stddef.h>
#include <stdint.h>

#include "lib/attrs.h"
#include "lib/err.h"
#include "kexec/machine.h"
#include "kexec/plan.h"

/**
 * elfcorehdr_ranges() - the ranges of memory that the header will name: all of @m->dump.
 * @m: with machine_read_crash() done.
 * @ret: zeroed map, gets them in order.
 *
 * The capture kernel takes e_phnum as it is (fs/proc/vmcore.c: parse_crash_elf64_headers())
 * and knows no PN_XNUM: of a longer header it would see the beginning, and the rest of the
 * memory would be missing from the core. Of more ranges, those with the shortest holes between
 * them are joined, where a hole is short and above 1 MiB, and no device and no capture kernel
 * is in it: the core has a little in it that is not memory, instead of lacking some that is.
 *
 * Return: 0; -ENOMEM; -E2BIG if there are too few such holes.
 */
_must_check_ int elfcorehdr_ranges(const struct machine *m, struct memory_map *ret,
				   struct err *err);

/** elfcorehdr_size() - bytes that elfcorehdr_build() will need for @m and its @ranges. */
size_t elfcorehdr_size(const struct machine *m, const struct memory_map *ranges);

/**
 * elfcorehdr_build() - write the header.
 * @ranges: of elfcorehdr_ranges().
 * @backup: memory whose contents are to be found elsewhere.
 * @out: elfcorehdr_size() bytes, zeroed.
 */
void elfcorehdr_build(const struct machine *m, const struct memory_map *ranges,
		      const struct plan_backup *backup, uint8_t *out);

#endif
