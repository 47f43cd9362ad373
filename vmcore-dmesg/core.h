/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A memory image of a crashed kernel: an ELF core file of either class and byte order, be it
 * /proc/vmcore, a copy of it, or what another program made of one; or of a running kernel:
 * /proc/kcore; or a dump that makedumpfile compressed (dump.h).
 *
 * libelf reads the ELF header and the program headers; memory and notes are read here, each
 * read bounded by what the program headers promise and by what the file really holds. Files
 * are cut short and damaged in practice, so a read says how far it came.
 */
#ifndef VMCORE_DMESG_CORE_H
#define VMCORE_DMESG_CORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/attrs.h"
#include "lib/bytes.h"
#include "lib/err.h"
#include "vmcore-dmesg/dump.h"

/** struct core_segment - one program header; sizes in bytes. */
struct core_segment {
	uint64_t vaddr;
	uint64_t paddr;
	uint64_t offset;    /* in the file */
	uint64_t file_size; /* bytes in the file */
	uint64_t mem_size;  /* bytes of memory; those above file_size are zeros */
};

/** struct core_segments - growable table of segments (array.h). */
struct core_segments {
	struct core_segment *items;
	size_t count;
	size_t capacity;
};

/** struct core - an open core file. Open with core_open(), release with core_close(). */
struct core {
	int fd;                     /* owned */
	struct dump *dump;          /* owned; NULL: an ELF core */
	unsigned int word;          /* bytes of the kernel's pointers and longs: 4 or 8 */
	bool big_endian;            /* byte order of the kernel's data */
	struct core_segments loads; /* PT_LOAD, in file order ... */
	uint32_t *by_vaddr;         /* ... and their indices in the order of addresses; owned; */
	uint32_t *by_paddr;         /* NULL: not known */
	struct core_segments notes; /* PT_NOTE, in file order */
	bool has_direct_map;        /* the next two say where physical memory is mapped */
	uint64_t page_offset;       /* virtual address of ... */
	uint64_t phys_offset;       /* ... this physical address */
};

#define CORE_INIT                                                                                  \
	{                                                                                          \
		.fd = -1                                                                           \
	}

/**
 * core_open() - open a core file and read its headers.
 * @path: "-" is the standard input.
 * @ret: untouched on failure; release with core_close().
 *
 * Return: 0; -ENOEXEC if it is no core at all; -EBADMSG if it is one, but its headers are
 * damaged or cut short; -EOPNOTSUPP if it takes libkdumpfile and there is none; another -errno if it cannot be opened or read. Messages do not
 * name the file: the caller knows what the user calls it.
 */
_must_check_ int core_open(const char *path, struct core *ret, struct err *err);

/**
 * core_from_fd() - like core_open() for a file that is open already.
 * @fd: becomes the core's own on success, and stays the caller's on failure.
 */
_must_check_ int core_from_fd(int fd, struct core *ret, struct err *err);

/** core_close() - release a core; fine on CORE_INIT and on a closed one. */
void core_close(struct core *core);

/**
 * core_note() - find a note by its owner's name, whatever its type.
 * @max: most bytes that its contents may have.
 * @ret: malloc()ed contents with a NUL appended; the caller frees. Untouched on failure.
 * @ret_size: bytes without that NUL.
 *
 * Return: 0; -ENODATA if there is none; -EBADMSG if it is larger than @max, or the notes are
 * damaged or cut short before one was found; -ENOMEM.
 */
_must_check_ int core_note(const struct core *core, const char *name, size_t max, char **ret,
			   size_t *ret_size, struct err *err);

/**
 * core_set_direct_map() - let virtual addresses that no PT_LOAD covers be found by their
 * physical ones: @page_offset is where physical address @phys_offset is mapped.
 */
void core_set_direct_map(struct core *core, uint64_t page_offset, uint64_t phys_offset);

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
 * core_uint() - bytes_uint() in the core's byte order.
 * @width: bytes, 1 to 8.
 */
_must_check_ static inline bool core_uint(const struct core *core, struct bytes b, uint64_t off,
					  unsigned int width, uint64_t *ret)
{
	return bytes_uint(b, off, width, core->big_endian, ret);
}

#endif
