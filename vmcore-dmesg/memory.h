/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reading the memory that a core holds, each read bounded by what the program headers promise
 * and by what the file really has. Files are cut short and damaged in practice, so a read says
 * how far it came.
 */
#ifndef VMCORE_DMESG_MEMORY_H
#define VMCORE_DMESG_MEMORY_H

#include <stddef.h>
#include <stdint.h>

#include "lib/attrs.h"
#include "lib/err.h"
#include "vmcore-dmesg/core.h"

/**
 * struct core_progress - how far a read came.
 * @good: bytes from its start that were read.
 * @bad: after a failure, how many bytes behind those are known to be unreadable as well;
 *	1 at least, never more than what was asked for. What follows may be readable.
 */
struct core_progress {
	size_t good;
	size_t bad;
};

/**
 * core_read_vaddr() - read memory at a virtual address.
 * @buf: @len bytes; of these, ret_progress->good are valid on return.
 * @ret_progress: may be NULL.
 * Return: 0 if all @len bytes were read; -ENXIO where the core has no such memory;
 * -ENODATA where the file ends; another -errno from the read. @err names the place.
 */
_must_check_ int core_read_vaddr(const struct core *core, uint64_t addr, void *buf, size_t len,
				 struct core_progress *ret_progress, struct err *err);

/** core_read_paddr() - read memory at a physical address; see core_read_vaddr(). */
_must_check_ int core_read_paddr(const struct core *core, uint64_t addr, void *buf, size_t len,
				 struct core_progress *ret_progress, struct err *err);

/**
 * core_read_uint() - read an unsigned integer of the kernel's memory.
 * @addr: virtual address; @width: bytes, 1 to 8. @ret: untouched on failure.
 * Return: as core_read_vaddr().
 */
_must_check_ int core_read_uint(const struct core *core, uint64_t addr, unsigned int width,
				uint64_t *ret, struct err *err);

/**
 * core_read_file() - read bytes of the file itself, as far as it reaches.
 * @progress: what was read is added to @good; @bad is set on failure.
 * Return: as core_read_vaddr().
 */
_must_check_ int core_read_file(const struct core *core, uint64_t offset, void *buf, size_t len,
				struct core_progress *progress, struct err *err);

#endif
