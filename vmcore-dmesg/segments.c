/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdlib.h>

#include "lib/array.h"
#include "lib/bytes.h"
#include "vmcore-dmesg/segments.h"

/* ---- Where segments begin ---- */

/* Where a segment begins, or NO_BASE. */
typedef uint64_t segment_base(const struct core_segment *segment);

#define NO_BASE UINT64_MAX

/*
 * Writers that know physical addresses only leave the virtual one 0. Taken for an address, it
 * would make a large segment reach into the kernel's half of a 32-bit machine.
 */
static uint64_t base_vaddr(const struct core_segment *segment)
{
	return segment->vaddr == 0 && segment->paddr != 0 ? NO_BASE : segment->vaddr;
}

static uint64_t base_paddr(const struct core_segment *segment)
{
	return segment->paddr;
}

struct order {
	const struct core_segments *segments;
	segment_base *base;
};

static int compare_bases(const void *a, const void *b, void *ctx)
{
	const struct order *order = ctx;
	const uint32_t *i = a, *j = b;
	uint64_t x = order->base(&order->segments->items[*i]);
	uint64_t y = order->base(&order->segments->items[*j]);

	return x != y ? (x > y) - (x < y) : (*i > *j) - (*i < *j);
}

/* The segments' indices in the order of addresses: makedumpfile -E writes very many. */
static int sort_by(const struct core_segments *segments, segment_base *base, uint32_t **ret,
		   struct err *err)
{
	struct order order = { segments, base };
	uint32_t *indices = calloc(segments->count + 1, sizeof(*indices));

	if (!indices)
		return err_oom(err);
	for (size_t i = 0; i < segments->count; i++)
		indices[i] = (uint32_t)i;
	qsort_r(indices, segments->count, sizeof(*indices), compare_bases, &order);
	*ret = indices;
	return 0;
}

int segments_add(struct core_segments *segments, const struct core_segment *segment,
		 struct err *err)
{
	if (array_reserve(&segments->items, &segments->capacity, segments->count + 1,
			  sizeof(*segments->items)) < 0)
		return err_oom(err);
	segments->items[segments->count++] = *segment;
	return 0;
}

int segments_sort(struct core_segments *segments, struct err *err)
{
	int r = sort_by(segments, base_vaddr, &segments->by_vaddr, err);

	return r < 0 ? r : sort_by(segments, base_paddr, &segments->by_paddr, err);
}

void segments_done(struct core_segments *segments)
{
	free(segments->items);
	free(segments->by_vaddr);
	free(segments->by_paddr);
	*segments = (struct core_segments){ NULL };
}

/* ---- What is at an address ---- */

static uint64_t min_u64(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

/* The piece of @segment that begins @delta bytes behind its start, @len bytes at most. */
static struct piece piece_of(const struct core_segment *segment, uint64_t delta, uint64_t len)
{
	struct piece piece = { PIECE_ZEROS, min_u64(len, segment->mem_size - delta), 0 };

	if (delta < segment->file_size) {
		piece.from = PIECE_FILE;
		piece.len = min_u64(piece.len, segment->file_size - delta);
		if (!u64_add(segment->offset, delta, &piece.offset))
			piece.from = PIECE_NOWHERE;
	}
	return piece;
}

static bool covers(const struct core_segment *segment, segment_base *base, uint64_t addr)
{
	uint64_t start = base(segment);

	return start != NO_BASE && addr >= start && addr - start < segment->mem_size;
}

/* The last segment that begins at @addr or before, if it covers @addr, or NULL. */
static const struct core_segment *search_segment(const struct core_segments *segments,
						 const uint32_t *order, segment_base *base,
						 uint64_t addr)
{
	size_t low = 0, high = order ? segments->count : 0;
	const struct core_segment *segment;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (base(&segments->items[order[middle]]) <= addr)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == 0)
		return NULL;
	segment = &segments->items[order[low - 1]];
	return covers(segment, base, addr) ? segment : NULL;
}

/*
 * Find @addr by the addresses that @base picks, and that @order puts in order. Segments may
 * overlap, so what the search does not find, all of them are asked for. A gap reaches to the
 * next segment.
 */
static struct piece find_piece(const struct core_segments *segments, segment_base *base,
			       const uint32_t *order, uint64_t addr, uint64_t len)
{
	const struct core_segment *found = search_segment(segments, order, base, addr);
	struct piece gap = { PIECE_NOWHERE, len, 0 };

	if (found)
		return piece_of(found, addr - base(found), len);
	for (size_t i = 0; i < segments->count; i++) {
		const struct core_segment *segment = &segments->items[i];
		uint64_t start = base(segment);

		if (start == NO_BASE)
			continue;
		if (covers(segment, base, addr))
			return piece_of(segment, addr - start, len);
		if (start > addr && segment->mem_size > 0)
			gap.len = min_u64(gap.len, start - addr);
	}
	return gap;
}

struct piece segments_at_vaddr(const struct core_segments *segments, uint64_t addr, uint64_t len)
{
	return find_piece(segments, base_vaddr, segments->by_vaddr, addr, len);
}

struct piece segments_at_paddr(const struct core_segments *segments, uint64_t addr, uint64_t len)
{
	return find_piece(segments, base_paddr, segments->by_paddr, addr, len);
}
