/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A memory image of a crashed kernel: an ELF core file of either class and byte order, be it
 * /proc/vmcore, a copy of it, or what another program made of one; or of a running kernel:
 * /proc/kcore; or a dump that makedumpfile compressed (dump.h).
 *
 * libelf reads the ELF header and the program headers. What they promise, the file need not
 * hold: see memory.h and note.h.
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
#include "vmcore-dmesg/segments.h"

/** struct core_map - virtual addresses from @vaddr on, and the physical one of the first. */
struct core_map {
	uint64_t vaddr;
	uint64_t size; /* bytes */
	uint64_t paddr;
};

enum { CORE_MAPS_MAX = 3 };

/** struct core - an open core file. Open with core_open(), release with core_close(). */
struct core {
	int fd;                              /* owned */
	struct dump *dump;                   /* owned; NULL: an ELF core */
	unsigned int word;                   /* bytes of the kernel's pointers and longs: 4 or 8 */
	bool big_endian;                     /* byte order of the kernel's data */
	struct core_segments loads;          /* PT_LOAD */
	struct core_segments notes;          /* PT_NOTE */
	uint16_t machine;                    /* e_machine; 0 for a dump */
	struct core_map maps[CORE_MAPS_MAX]; /* for addresses that no PT_LOAD covers; */
	size_t map_count;                    /* the first one that does counts */
	uint64_t page_table;                 /* physical address of the topmost table ... */
	unsigned int page_table_levels;      /* ... of so many; 0: none is known */
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
 * damaged or cut short; -EOPNOTSUPP if it takes libkdumpfile and there is none; another -errno
 * if it cannot be opened or read. Messages do not name the file: the caller knows what the
 * user calls it.
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
 * core_uint() - bytes_uint() in the core's byte order.
 * @width: bytes, 1 to 8.
 */
_must_check_ static inline bool core_uint(const struct core *core, struct bytes b, uint64_t off,
					  unsigned int width, uint64_t *ret)
{
	return bytes_uint(b, off, width, core->big_endian, ret);
}

#endif
