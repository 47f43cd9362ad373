/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Physical memory as a list of typed ranges, of any length. All ranges are half-open,
 * [start, end), in bytes; end is 0 nowhere, and a range that reaches the very top of the
 * 64-bit space ends at UINT64_MAX.
 */
#ifndef KEXEC_MEMORY_MAP_H
#define KEXEC_MEMORY_MAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/attrs.h"
#include "lib/err.h"

enum memory_type {
	MEMORY_RAM,
	MEMORY_RESERVED,
	MEMORY_ACPI,          /* tables, reclaimable */
	MEMORY_NVS,           /* ACPI non-volatile storage */
	MEMORY_PMEM,          /* persistent */
	MEMORY_PRAM,          /* persistent, marked the way of before ACPI 6 */
	MEMORY_SOFT_RESERVED, /* special purpose (CXL, high-bandwidth), for drivers to hand out */
};

/** memory_type_name() - a word for it, for people. */
const char *memory_type_name(enum memory_type type);

struct memory_range {
	uint64_t start;
	uint64_t end;
	enum memory_type type;
};

/** struct memory_map - zero it to begin with; release with memory_map_done(). */
struct memory_map {
	struct memory_range *ranges;
	size_t count;
	size_t capacity;
};

/** memory_map_done() - release; fine on an empty map. */
void memory_map_done(struct memory_map *map);

/** memory_map_add() - append [@start, @end); an empty range is left out. Return: 0 or -ENOMEM. */
_must_check_ int memory_map_add(struct memory_map *map, uint64_t start, uint64_t end,
				enum memory_type type, struct err *err);

/** memory_map_normalise() - sort by start; join what touches or overlaps within one type. */
void memory_map_normalise(struct memory_map *map);

/** memory_map_unite() - the same, but what only touches stays apart. */
void memory_map_unite(struct memory_map *map);

/**
 * memory_map_subtract() - take all that @what covers out of every range. Keeps the order.
 * @what: of one type (any) and normalised, so that its ranges are apart.
 */
_must_check_ int memory_map_subtract(struct memory_map *map, const struct memory_map *what,
				     struct err *err);

/** memory_map_cut() - the same for [@start, @end) alone. */
_must_check_ int memory_map_cut(struct memory_map *map, uint64_t start, uint64_t end,
				struct err *err);

/** memory_map_touches() - does [@start, @end) overlap a range of @map? @map as for subtract. */
bool memory_map_touches(const struct memory_map *map, uint64_t start, uint64_t end);

/** memory_map_contains() - does one range of @type hold all of [@start, @end)? */
bool memory_map_contains(const struct memory_map *map, uint64_t start, uint64_t end,
			 enum memory_type type);

#endif
