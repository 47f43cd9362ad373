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

void memory_map_normalise(struct memory_map *map)
{
	size_t kept = 0;

	if (map->count == 0)
		return;
	qsort(map->ranges, map->count, sizeof(*map->ranges), compare_ranges);
	for (size_t i = 1; i < map->count; i++) {
		struct memory_range *last = &map->ranges[kept];
		const struct memory_range *next = &map->ranges[i];

		if (next->type == last->type && next->start <= last->end) {
			if (next->end > last->end)
				last->end = next->end;
		} else {
			map->ranges[++kept] = *next;
		}
	}
	map->count = kept + 1;
}

int memory_map_cut(struct memory_map *map, uint64_t start, uint64_t end, struct err *err)
{
	_cleanup_(memory_map_done) struct memory_map left = { NULL };
	struct memory_map old = *map;
	int r = 0;

	for (size_t i = 0; i < old.count && r == 0; i++) {
		const struct memory_range *range = &old.ranges[i];

		if (range->end <= start || range->start >= end) {
			r = memory_map_add(&left, range->start, range->end, range->type, err);
			continue;
		}
		if (range->start < start)
			r = memory_map_add(&left, range->start, start, range->type, err);
		if (r == 0 && range->end > end)
			r = memory_map_add(&left, end, range->end, range->type, err);
	}
	if (r < 0)
		return r;
	*map = left;
	left = old;
	return 0;
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
