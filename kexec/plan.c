/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "kexec/plan.h"

void plan_init(struct plan *plan, struct memory_map *room)
{
	*plan = (struct plan){ .room = *room };
	*room = (struct memory_map){ NULL };
	memory_map_normalise(&plan->room);
}

void plan_done(struct plan *plan)
{
	for (unsigned int i = 0; i < plan->count; i++)
		free(plan->segments[i].owned);
	memory_map_done(&plan->room);
	*plan = (struct plan){ .count = 0 };
}

/* The segment that overlaps [@start, @start + @size), if any. */
static const struct segment *segment_at(const struct plan *plan, uint64_t start, uint64_t size)
{
	for (unsigned int i = 0; i < plan->count; i++) {
		const struct segment *s = &plan->segments[i];

		if (start < s->start + s->size && s->start < start + size)
			return s;
	}
	return NULL;
}

/* Lowest fitting address in [@start, @end), which holds no wrap-around. */
static bool fit_low(const struct plan *plan, uint64_t start, uint64_t end, uint64_t size,
		    uint64_t align, uint64_t *ret)
{
	const struct segment *s;

	while (align_up(start, align, &start) && start <= end && size <= end - start) {
		s = segment_at(plan, start, size);
		if (!s) {
			*ret = start;
			return true;
		}
		start = s->start + s->size;
	}
	return false;
}

/* Highest fitting address in [@start, @end). */
static bool fit_high(const struct plan *plan, uint64_t start, uint64_t end, uint64_t size,
		     uint64_t align, uint64_t *ret)
{
	const struct segment *s;

	while (end >= size && align_down(end - size, align) >= start) {
		uint64_t at = align_down(end - size, align);

		s = segment_at(plan, at, size);
		if (!s) {
			*ret = at;
			return true;
		}
		end = s->start;
	}
	return false;
}

static bool find_hole(const struct plan *plan, const struct placement *where, uint64_t *ret)
{
	uint64_t align = where->align > PLAN_PAGE_SIZE ? where->align : PLAN_PAGE_SIZE;
	uint64_t max = where->max ? where->max : UINT64_MAX;
	size_t count = plan->room.count;
	uint64_t size;

	if (!align_up(where->size, PLAN_PAGE_SIZE, &size))
		return false;
	for (size_t i = 0; i < count; i++) {
		const struct memory_range *r =
			&plan->room.ranges[where->bottom_up ? i : count - 1 - i];
		uint64_t start = r->start > where->min ? r->start : where->min;
		uint64_t end = r->end < max ? r->end : max;

		if (start >= end)
			continue;
		if (where->bottom_up ? fit_low(plan, start, end, size, align, ret)
				     : fit_high(plan, start, end, size, align, ret))
			return true;
	}
	return false;
}

static uint64_t room_total(const struct plan *plan)
{
	uint64_t total = 0;

	for (size_t i = 0; i < plan->room.count; i++)
		total += plan->room.ranges[i].end - plan->room.ranges[i].start;
	return total;
}

int plan_put(struct plan *plan, const char *name, uint64_t start, uint64_t size,
	     struct segment **ret, struct err *err)
{
	if (plan->count == PLAN_SEGMENTS_MAX)
		return err_set(err, -E2BIG,
			       "kernel segment limit reached: no more than %d segments can be "
			       "loaded, %s is one too many",
			       PLAN_SEGMENTS_MAX, name);
	*ret = &plan->segments[plan->count++];
	**ret = (struct segment){ .name = name, .start = start, .size = size };
	return 0;
}

static int no_hole(const struct plan *plan, const char *name, const struct placement *where,
		   struct err *err)
{
	char below[40] = "";
	int r;

	if (where->max)
		snprintf(below, sizeof(below), " below 0x%" PRIx64, where->max);
	r = err_set(err, -EADDRNOTAVAIL,
		    "locate_hole failed: "
		    "Could not find a free area of memory of 0x%" PRIx64 " bytes%s for %s"
		    " (%" PRIu64 " MiB may be used, largest hole left: %" PRIu64 " KiB)",
		    where->size, below, name, room_total(plan) >> 20, plan_room_left(plan) >> 10);
	if (where->max && plan->room.count && plan->room.ranges[0].start >= where->max)
		return err_hint(err, r,
				"all memory that may be used lies higher; for a capture kernel, "
				"reserve some below that: crashkernel=SIZE@ADDRESS");
	return r;
}

int plan_place(struct plan *plan, const char *name, const struct placement *where,
	       struct segment **ret, struct err *err)
{
	uint64_t at = 0;

	if (plan->count < PLAN_SEGMENTS_MAX && !find_hole(plan, where, &at))
		return no_hole(plan, name, where, err);
	return plan_put(plan, name, at,
			align_down(where->size + PLAN_PAGE_SIZE - 1, PLAN_PAGE_SIZE), ret, err);
}

uint64_t plan_total(const struct plan *plan)
{
	uint64_t total = 0;

	for (unsigned int i = 0; i < plan->count; i++)
		total += plan->segments[i].size;
	return total;
}

/* Where the segment that starts first in [@start, @end) does so, or @end. */
static uint64_t next_segment(const struct plan *plan, uint64_t start, uint64_t end)
{
	for (unsigned int i = 0; i < plan->count; i++)
		if (plan->segments[i].start >= start && plan->segments[i].start < end)
			end = plan->segments[i].start;
	return end;
}

static int fill_range(struct plan *plan, const char *name, uint64_t start, uint64_t end,
		      struct err *err)
{
	while (start < end) {
		const struct segment *taken = segment_at(plan, start, PLAN_PAGE_SIZE);
		struct segment *s = NULL;
		uint64_t stop;
		int r;

		if (taken) {
			start = taken->start + taken->size;
			continue;
		}
		stop = next_segment(plan, start, end);
		r = plan_put(plan, name, start, stop - start, &s, err);
		if (r < 0)
			return r;
		s->changes = true;
		start = stop;
	}
	return 0;
}

int plan_fill(struct plan *plan, const char *name, struct err *err)
{
	for (size_t i = 0; i < plan->room.count; i++) {
		uint64_t start, end = align_down(plan->room.ranges[i].end, PLAN_PAGE_SIZE);
		int r;

		if (!align_up(plan->room.ranges[i].start, PLAN_PAGE_SIZE, &start))
			continue;
		r = fill_range(plan, name, start, end, err);
		if (r < 0)
			return r;
	}
	return 0;
}

uint64_t plan_room_left(const struct plan *plan)
{
	uint64_t best = 0;

	for (size_t i = 0; i < plan->room.count; i++) {
		const struct memory_range *r = &plan->room.ranges[i];
		uint64_t start, end = align_down(r->end, PLAN_PAGE_SIZE);

		if (!align_up(r->start, PLAN_PAGE_SIZE, &start))
			continue;
		while (start < end) {
			const struct segment *next = NULL;
			uint64_t hole_end = end;

			for (unsigned int j = 0; j < plan->count; j++) {
				const struct segment *s = &plan->segments[j];

				if (s->start + s->size > start && s->start < hole_end) {
					next = s;
					hole_end = s->start > start ? s->start : start;
				}
			}
			if (hole_end - start > best)
				best = hole_end - start;
			start = next ? next->start + next->size : end;
		}
	}
	return best;
}

static int check_segment(const struct plan *plan, const struct segment *s, struct err *err)
{
	if (s->start % PLAN_PAGE_SIZE)
		return err_set(err, -EINVAL, "Base address: 0x%" PRIx64 " is not page aligned (%s)",
			       s->start, s->name);
	if (s->size == 0 || s->size % PLAN_PAGE_SIZE || s->content.size > s->size)
		return err_set(err, -EINVAL, "bad segment %s at 0x%" PRIx64, s->name, s->start);
	if (!memory_map_contains(&plan->room, s->start, s->start + s->size, MEMORY_RAM))
		return err_set(err, -EINVAL,
			       "Invalid memory segment 0x%" PRIx64 " - 0x%" PRIx64 " (%s)",
			       s->start, s->start + s->size - 1, s->name);
	for (const struct segment *o = plan->segments; o < s; o++)
		if (o->start < s->start + s->size && s->start < o->start + o->size)
			return err_set(err, -EINVAL,
				       "Overlapping memory segments at 0x%" PRIx64 " (%s, %s)",
				       s->start, o->name, s->name);
	return 0;
}

int plan_check(const struct plan *plan, struct err *err)
{
	int r = 0;

	for (unsigned int i = 0; i < plan->count && r == 0; i++)
		r = check_segment(plan, &plan->segments[i], err);
	return r;
}

static int compare_starts(const void *a, const void *b)
{
	const struct segment *const *x = a, *const *y = b;

	return ((*x)->start > (*y)->start) - ((*x)->start < (*y)->start);
}

/* Registers that are 0 are not worth a line. */
static void print_kernel(FILE *out, const struct plan *plan)
{
	static const char *const modes[] = {
		[PLAN_NATIVE] = "",
		[PLAN_PROTECTED] = " (32-bit)",
		[PLAN_REAL] = " (16-bit)",
	};
	const struct purgatory_entry *k = &plan->kernel;
	const struct {
		const char *name;
		uint64_t value;
	} registers[] = {
		{ "code segment", k->cs }, { "data segment", k->ds }, { "sp", k->sp },
		{ "ax", k->ax },           { "bx", k->bx },           { "cx", k->cx },
		{ "dx", k->dx },           { "di", k->di },           { "kernel argument", k->si }
	};

	fprintf(out, "kernel entry: %#" PRIx64 "%s\n", k->ip, modes[plan->mode]);
	for (size_t i = 0; i < ARRAY_SIZE(registers); i++)
		if (registers[i].value)
			fprintf(out, "%s: %#" PRIx64 "\n", registers[i].name, registers[i].value);
}

void plan_print(FILE *out, const struct plan *plan)
{
	const struct segment *sorted[PLAN_SEGMENTS_MAX];

	for (unsigned int i = 0; i < plan->count; i++)
		sorted[i] = &plan->segments[i];
	qsort(sorted, plan->count, sizeof(sorted[0]), compare_starts);
	fprintf(out, "segments: %u\n", plan->count);
	for (unsigned int i = 0; i < plan->count; i++)
		fprintf(out, "  0x%012" PRIx64 "-0x%012" PRIx64 " %-12s content %zu\n",
			sorted[i]->start, sorted[i]->start + sorted[i]->size - 1, sorted[i]->name,
			sorted[i]->content.size);
	fprintf(out, "entry: %#" PRIx64 "\n", plan->entry);
	print_kernel(out, plan);
	if (plan->backup.size)
		fprintf(out, "backup: %#" PRIx64 "-%#" PRIx64 " to %#" PRIx64 "\n",
			plan->backup.from, plan->backup.from + plan->backup.size - 1,
			plan->backup.to);
}
