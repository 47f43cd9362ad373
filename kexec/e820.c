/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdlib.h>

#include "lib/bytes.h"
#include "kexec/e820.h"

enum { LOW_END = 1 << 20 }; /* below: where a kernel starts its other CPUs from */

/* In the order of their importance. */
enum rank { RANK_NEEDED, RANK_BY_TYPE, RANK_BY_SIZE };

struct ranked {
	struct memory_range range;
	enum rank rank;
};

void e820_put(uint8_t *p, const struct memory_range *range)
{
	static const uint32_t types[] = {
		[MEMORY_RAM] = 1,
		[MEMORY_RESERVED] = 2,
		[MEMORY_ACPI] = 3,
		[MEMORY_NVS] = 4,
		[MEMORY_PMEM] = 7,
		[MEMORY_PRAM] = 12,
		[MEMORY_SOFT_RESERVED] = 0xefffffff,
	};

	put_le(p, 8, range->start);
	put_le(p + 8, 8, range->end - range->start);
	put_le(p + 16, 4, types[range->type]);
}

size_t e820_count(const struct memory_map *memory)
{
	return memory->count < E820_MAX ? memory->count : E820_MAX;
}

static bool holds_segment(const struct memory_range *range, const struct plan *plan)
{
	for (unsigned int i = 0; i < plan->count; i++) {
		const struct segment *s = &plan->segments[i];

		if (s->start < range->end && range->start < s->start + s->size)
			return true;
	}
	return false;
}

static enum rank rank_of(const struct memory_range *range, const struct plan *plan)
{
	if (range->type == MEMORY_RESERVED)
		return RANK_BY_SIZE;
	if (range->type != MEMORY_RAM)
		return RANK_BY_TYPE;
	return range->start < LOW_END || holds_segment(range, plan) ? RANK_NEEDED : RANK_BY_SIZE;
}

static int compare(const void *a, const void *b)
{
	const struct ranked *x = a, *y = b;
	uint64_t x_size = x->range.end - x->range.start;
	uint64_t y_size = y->range.end - y->range.start;

	if (x->rank != y->rank)
		return x->rank < y->rank ? -1 : 1;
	if (x_size != y_size)
		return x_size > y_size ? -1 : 1;
	return (x->range.start > y->range.start) - (x->range.start < y->range.start);
}

int e820_select(const struct memory_map *memory, const struct plan *plan, struct memory_map *ret,
		struct err *err)
{
	_cleanup_free_ struct ranked *all = calloc(memory->count + 1, sizeof(*all));
	int r = 0;

	if (!all)
		return err_oom(err);
	for (size_t i = 0; i < memory->count; i++)
		all[i] = (struct ranked){ memory->ranges[i], rank_of(&memory->ranges[i], plan) };
	if (memory->count > E820_PAGE_MAX)
		qsort(all, memory->count, sizeof(*all), compare);
	for (size_t i = 0; i < e820_count(memory) && r == 0; i++)
		r = memory_map_add(ret, all[i].range.start, all[i].range.end, all[i].range.type,
				   err);
	return r;
}
