/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "lib/array.h"
#include "vmcore-dmesg/memory.h"
#include "vmcore-dmesg/window.h"

/* A range may be read so many times, and its window moved so often, before it grows. */
enum { PASSES_MAX = 4, MOVES_MIN = 16 };

int window_init(struct window *w, const struct core *core, uint64_t addr, uint64_t size,
		size_t capacity, struct err *err)
{
	*w = (struct window){ .core = core, .addr = addr, .size = size };
	if (size > 0 && addr > UINT64_MAX - (size - 1))
		return err_set(err, -EBADMSG,
			       "damaged: 0x%" PRIx64 " bytes at 0x%" PRIx64
			       " are beyond the end of memory",
			       size, addr);
	w->capacity = size < capacity ? (size_t)size : capacity;
	w->data = malloc(w->capacity + 1);
	return w->data ? 0 : err_oom(err);
}

void window_done(struct window *w)
{
	free(w->data);
	free(w->holes);
	*w = (struct window){ .data = NULL };
}

static int add_hole(struct window *w, uint64_t start, uint64_t len, const struct err *why,
		    struct err *err)
{
	struct window_hole *last = w->hole_count > 0 ? &w->holes[w->hole_count - 1] : NULL;

	if (last && last->end == start) {
		last->end += len;
		return 0;
	}
	if (array_reserve(&w->holes, &w->hole_capacity, w->hole_count + 1, sizeof(*w->holes)) < 0)
		return err_oom(err);
	if (w->hole_count == 0)
		w->hole_err = *why;
	w->holes[w->hole_count++] = (struct window_hole){ start, start + len };
	return 0;
}

/* Hold twice as much if the range was read several times over. Without memory, stay as it is. */
static void grow(struct window *w)
{
	size_t larger;
	uint8_t *data;

	if (w->moves++ <= MOVES_MIN + PASSES_MAX * (w->size / w->capacity))
		return;
	larger = w->capacity <= w->size / 2 ? 2 * w->capacity : (size_t)w->size;
	data = malloc(larger + 1);
	if (!data)
		return;
	free(w->data);
	w->data = data;
	w->capacity = larger;
	w->moves = 0;
}

/* Move the window so that it begins at @start, or earlier where that costs nothing. */
static int fill(struct window *w, uint64_t start, struct err *err)
{
	size_t len, done = 0;

	grow(w);
	if (w->size - start < w->capacity)
		start = w->size - w->capacity;
	len = w->capacity;
	w->start = start;
	w->filled = 0;
	w->hole_count = 0;
	while (done < len) {
		struct core_progress progress;
		struct err why;
		int r = core_read_vaddr(w->core, w->addr + start + done, w->data + done, len - done,
					&progress, &why);

		done += progress.good;
		if (r == 0)
			break;
		r = add_hole(w, start + done, progress.bad, &why, err);
		if (r < 0)
			return r;
		done += progress.bad;
	}
	w->filled = len;
	return 0;
}

/* The first hole that reaches behind @off, or NULL. */
static const struct window_hole *next_hole(const struct window *w, uint64_t off)
{
	size_t low = 0, high = w->hole_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (w->holes[middle].end > off)
			high = middle;
		else
			low = middle + 1;
	}
	return low < w->hole_count ? &w->holes[low] : NULL;
}

int window_view(struct window *w, uint64_t off, size_t len, struct bytes *ret, struct err *err)
{
	const struct window_hole *hole;
	uint64_t good;
	int r;

	*ret = (struct bytes){ NULL, 0 };
	if (!range_within(off, len, w->size) || len > w->capacity)
		return err_set(err, -EBADMSG,
			       "damaged: 0x%zx bytes at offset 0x%" PRIx64
			       " are not inside the 0x%" PRIx64 " bytes at 0x%" PRIx64,
			       len, off, w->size, w->addr);
	if (off < w->start || !range_within(off - w->start, len, w->filled)) {
		r = fill(w, off, err);
		if (r < 0)
			return r;
	}
	*ret = (struct bytes){ w->data + (off - w->start), len };
	hole = next_hole(w, off);
	if (!hole)
		return 0;
	good = hole->start > off ? hole->start - off : 0;
	if (good >= len)
		return 0;
	ret->size = (size_t)good;
	if (err)
		*err = w->hole_err;
	return -ENODATA;
}

uint64_t window_hole_end(const struct window *w, uint64_t off)
{
	const struct window_hole *hole = next_hole(w, off);

	return hole ? hole->end : off + 1;
}
