/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A range of a core's memory, read in few large pieces: reads of /proc/vmcore are slow, and
 * the tables of a log are larger than what a capture kernel should spend on them. A window
 * holds a part of the range and moves on as it is looked through; it remembers which bytes
 * could not be read, so that everything around them stays usable. One that is made to jump to
 * and fro, as only damage does, grows until it holds the range, so that time stays bounded.
 */
#ifndef VMCORE_DMESG_WINDOW_H
#define VMCORE_DMESG_WINDOW_H

#include <stddef.h>
#include <stdint.h>

#include "lib/attrs.h"
#include "lib/bytes.h"
#include "lib/err.h"
#include "vmcore-dmesg/core.h"

/** struct window_hole - bytes [start, end) of the range that could not be read. */
struct window_hole {
	uint64_t start;
	uint64_t end;
};

/** struct window - a range of memory and the part of it that is held. */
struct window {
	const struct core *core; /* borrowed */
	uint64_t addr;           /* virtual address of the range ... */
	uint64_t size;           /* ... and its bytes */
	uint8_t *data;           /* owned: @capacity bytes */
	size_t capacity;
	uint64_t start;            /* @data holds [start, start + filled) of the range */
	size_t filled;             /* 0 before the first look */
	size_t moves;              /* since @capacity is what it is */
	struct window_hole *holes; /* ascending; owned */
	size_t hole_count;
	size_t hole_capacity;
	struct err hole_err; /* why the first of them could not be read */
};

/**
 * window_init() - prepare a window; nothing is read yet.
 * @core: outlives the window.
 * @addr, @size: the range, a virtual address and bytes.
 * @capacity: bytes to hold at a time, and the most that one look may ask for.
 * @w: release with window_done(), on failure as well.
 * Return: 0, -ENOMEM, or -EBADMSG for a range that wraps around the address space.
 */
_must_check_ int window_init(struct window *w, const struct core *core, uint64_t addr,
			     uint64_t size, size_t capacity, struct err *err);

/** window_done() - release; fine on a zeroed window. */
void window_done(struct window *w);

/**
 * window_view() - look at @len bytes from @off on, @off relative to the range's start.
 * @ret: borrowed until the next look. On failure, those bytes from @off on that are
 *	readable, which may be none.
 * Return: 0 if *@ret has all @len bytes; -ENODATA if some of them cannot be read; -EBADMSG
 * for bytes outside of the range; -ENOMEM.
 */
_must_check_ int window_view(struct window *w, uint64_t off, size_t len, struct bytes *ret,
			     struct err *err);

/**
 * window_hole_end() - after a look that failed with -ENODATA: where the unreadable bytes end
 * that it came upon, as far as is known without another read. What is there may be unreadable
 * as well.
 * @off: of that look.
 * Return: an offset behind the first unreadable byte at or behind @off.
 */
uint64_t window_hole_end(const struct window *w, uint64_t off);

#endif
