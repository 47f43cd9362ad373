/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdlib.h>
#include <string.h>

#include "lib/array.h"
#include "kexec/memory_map.h"

const char *memory_type_name(enum memory_type type)
{
	static const char *const names[] = {
		[MEMORY_RAM] = "ram",
		[MEMORY_RESERVED] = "reserved",
		[MEMORY_ACPI] = "acpi",
		[MEMORY_NVS] = "nvs",
		[MEMORY_PMEM] = "pmem",
		[MEMORY_PRAM] = "pram",
		[MEMORY_SOFT_RESERVED] = "soft-reserved",
	};

	return names[type];
}

void memory_map_done(struct memory_map *map)
{
	free(map->ranges);
	*map = (struct memory_map){ NULL };
}

int memory_map_add(struct memory_map *map, uint64_t start, uint64_t end, enum memory_type type,
		   struct err *err)
{
	if (start >= end)
		return 0;
	if (array_reserve(&map->ranges, &map->capacity, map->count + 1, sizeof(*map->ranges)) < 0)
		return err_oom(err);
	map->ranges[map->count++] = (struct memory_range){ start, end, type };
	return 0;
}

static int compare_ranges(const void *a, const void *b)
{
	const struct memory_range *x = a, *y = b;

	if (x->start != y->start)
		return x->start < y->start ? -1 : 1;
	if (x->type != y->type)
		return x->type < y->type ? -1 : 1;
	return (x->end > y->end) - (x->end < y->end);
}

/* Sort, and join ranges of one type that overlap, or (@touching) that touch. */
static void join(struct memory_map *map, bool touching)
{
	size_t kept = 0;

	if (map->count == 0)
		return;
	qsort(map->ranges, map->count, sizeof(*map->ranges), compare_ranges);
	for (size_t i = 1; i < map->count; i++) {
		struct memory_range *last = &map->ranges[kept];
		const struct memory_range *next = &map->ranges[i];

		if (next->type == last->type &&
		    (next->start < last->end || (touching && next->start == last->end))) {
			if (next->end > last->end)
				last->end = next->end;
		} else {
			map->ranges[++kept] = *next;
		}
	}
	map->count = kept + 1;
}

void memory_map_normalise(struct memory_map *map)
{
	join(map, true);
}

void memory_map_unite(struct memory_map *map)
{
	join(map, false);
}

/* The first of @map's ranges, which are apart and in order, that ends behind @at. */
static size_t first_behind(const struct memory_map *map, uint64_t at)
{
	size_t low = 0, high = map->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (map->ranges[middle].end > at)
			high = middle;
		else
			low = middle + 1;
	}
	return low;
}

/* Append what @what leaves of @range. */
static int add_rest(struct memory_map *map, const struct memory_range *range,
		    const struct memory_map *what, struct err *err)
{
	uint64_t start = range->start;
	int r = 0;

	for (size_t i = first_behind(what, start); i < what->count && r == 0; i++) {
		const struct memory_range *cut = &what->ranges[i];

		if (cut->start >= range->end)
			break;
		r = memory_map_add(map, start, cut->start, range->type, err);
		start = cut->end;
	}
	return r < 0 ? r : memory_map_add(map, start, range->end, range->type, err);
}

int memory_map_subtract(struct memory_map *map, const struct memory_map *what, struct err *err)
{
	_cleanup_(memory_map_done) struct memory_map left = { NULL };
	struct memory_map old = *map;
	int r = 0;

	for (size_t i = 0; i < old.count && r == 0; i++)
		r = add_rest(&left, &old.ranges[i], what, err);
	if (r < 0)
		return r;
	*map = left;
	left = old;
	return 0;
}

int memory_map_cut(struct memory_map *map, uint64_t start, uint64_t end, struct err *err)
{
	struct memory_range range = { start, end, MEMORY_RAM };
	const struct memory_map what = { &range, start < end, 1 };

	return memory_map_subtract(map, &what, err);
}

bool memory_map_touches(const struct memory_map *map, uint64_t start, uint64_t end)
{
	size_t i = first_behind(map, start);

	return i < map->count && map->ranges[i].start < end;
}

bool memory_map_contains(const struct memory_map *map, uint64_t start, uint64_t end,
			 enum memory_type type)
{
	for (size_t i = 0; i < map->count; i++) {
		const struct memory_range *range = &map->ranges[i];

		if (range->type == type && range->start <= start && end <= range->end)
			return true;
	}
	return false;
}
