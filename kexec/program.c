/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "lib/array.h"
#include "kexec/program.h"

#define COPY_MAX (UINT64_C(128) << 20) /* bytes of parts and gaps put together in memory */

void program_done(struct program *program)
{
	free(program->parts);
	*program = (struct program){ .parts = NULL };
}

int program_add(struct program *program, uint64_t start, uint64_t size, struct bytes content,
		struct err *err)
{
	if (size == 0)
		return 0;
	if (array_reserve(&program->parts, &program->capacity, program->count + 1,
			  sizeof(program->parts[0])) < 0)
		return err_oom(err);
	program->parts[program->count++] = (struct program_part){ start, size, content };
	return 0;
}

static int compare_parts(const void *a, const void *b)
{
	const struct program_part *x = a, *y = b;

	return (x->start > y->start) - (x->start < y->start);
}

static uint64_t end_of(const struct program_part *part)
{
	return part->start + part->size;
}

/* The last byte of a page that the part touches, plus one: program_settle() sees it is there. */
static uint64_t page_end(const struct program_part *part)
{
	return align_down(end_of(part) + PLAN_PAGE_SIZE - 1, PLAN_PAGE_SIZE);
}

static uint64_t page_start(const struct program_part *part)
{
	return align_down(part->start, PLAN_PAGE_SIZE);
}

static int check_part(const struct program *program, size_t i, struct err *err)
{
	const struct program_part *part = &program->parts[i];
	uint64_t end;

	if (!u64_add(part->start, part->size, &end) || !align_up(end, PLAN_PAGE_SIZE, &end))
		return err_set(err, -EBADMSG,
			       "bad image: 0x%" PRIx64 " bytes do not fit at 0x%" PRIx64,
			       part->size, part->start);
	if (part->content.size > part->size)
		return err_set(err, -EBADMSG,
			       "bad image: its part at 0x%" PRIx64
			       " has more bytes in the file than in "
			       "memory",
			       part->start);
	if (i > 0 && end_of(part - 1) > part->start)
		return err_set(err, -EBADMSG,
			       "bad image: its parts at 0x%" PRIx64 " and 0x%" PRIx64 " overlap",
			       part[-1].start, part->start);
	return 0;
}

static bool has_address(const struct program *program, uint64_t address)
{
	for (size_t i = 0; i < program->count; i++)
		if (range_within(address, 1, end_of(&program->parts[i])) &&
		    address >= program->parts[i].start)
			return true;
	return false;
}

int program_settle(struct program *program, struct err *err)
{
	int r = 0;

	if (program->count == 0)
		return err_set(err, -EBADMSG, "bad image: it has nothing to load");
	qsort(program->parts, program->count, sizeof(program->parts[0]), compare_parts);
	for (size_t i = 0; i < program->count && r == 0; i++)
		r = check_part(program, i, err);
	if (r == 0 && !has_address(program, program->entry))
		r = err_set(err, -EBADMSG,
			    "bad image: its entry point 0x%" PRIx64
			    " lies in nothing that it loads",
			    program->entry);
	return r;
}

/* 0: they share a page, and so must share a segment; else one more than what is between. */
static uint64_t gap_before(const struct program_part *part)
{
	uint64_t from = page_end(part - 1), to = page_start(part);

	return to < from ? 0 : to - from + 1;
}

static int compare_u64(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/* Up to which gap parts share a segment: 0, unless that makes too many segments. */
static int joined_gap(const struct program *program, uint64_t *ret, struct err *err)
{
	_cleanup_free_ uint64_t *gaps = NULL;
	size_t count = 0;

	*ret = 0;
	if (program->count <= PROGRAM_SEGMENTS_MAX)
		return 0;
	gaps = calloc(program->count, sizeof(gaps[0]));
	if (!gaps)
		return err_oom(err);
	for (size_t i = 1; i < program->count; i++)
		gaps[count++] = gap_before(&program->parts[i]);
	qsort(gaps, count, sizeof(gaps[0]), compare_u64);
	*ret = gaps[count - PROGRAM_SEGMENTS_MAX]; /* all but the widest are joined */
	return 0;
}

/* Bytes from @start to the end of what the @count parts have in the file. */
static uint64_t content_size(const struct program_part *parts, size_t count, uint64_t start)
{
	while (count > 0 && parts[count - 1].content.size == 0)
		count--;
	return count == 0 ? 0 : parts[count - 1].start + parts[count - 1].content.size - start;
}

static int too_scattered(const struct program *program, struct err *err)
{
	return err_set(err, -E2BIG,
		       "the image has %zu parts, too far apart to be put into %d segments",
		       program->count, PROGRAM_SEGMENTS_MAX);
}

/*
 * Give a segment its content: a part's own bytes, or a copy where there are several or the
 * part begins within a page. @start: of the segment, before the program was moved.
 */
static int fill(struct segment *s, const struct program *program, size_t first, size_t count,
		uint64_t start, struct err *err)
{
	const struct program_part *parts = &program->parts[first];
	uint64_t size = content_size(parts, count, start);

	if (size == 0)
		return 0;
	if (count == 1 && parts[0].start == start) {
		s->content = parts[0].content;
		return 0;
	}
	if (size > COPY_MAX)
		return too_scattered(program, err);
	s->owned = calloc(1, size);
	if (!s->owned)
		return err_oom(err);
	for (size_t i = 0; i < count; i++)
		if (parts[i].content.size > 0)
			memcpy(s->owned + (parts[i].start - start), parts[i].content.data,
			       parts[i].content.size);
	s->content = (struct bytes){ s->owned, size };
	return 0;
}

static int place_moved(const struct program *program, const struct placement *limits,
		       struct plan *plan, uint64_t *moved, struct err *err)
{
	uint64_t align = program->align > PLAN_PAGE_SIZE ? program->align : PLAN_PAGE_SIZE;
	uint64_t start = program->parts[0].start;
	struct placement where = *limits;
	struct segment *s;
	int r;

	if (!program->aligned)
		start = align_down(start, align);
	where.size = page_end(&program->parts[program->count - 1]) - start;
	where.align = align;
	r = plan_place(plan, "kernel", &where, &s, err);
	if (r < 0)
		return r;
	*moved = s->start - start;
	return fill(s, program, 0, program->count, start, err);
}

static int check_place(const struct program_part *part, const struct placement *limits,
		       const struct plan *plan, struct err *err)
{
	if (part->start >= limits->min && (limits->max == 0 || end_of(part) <= limits->max) &&
	    memory_map_contains(&plan->room, page_start(part), page_end(part), MEMORY_RAM))
		return 0;
	return err_set(err, -ENXIO,
		       "the image is made to lie at 0x%" PRIx64 "-0x%" PRIx64
		       ", which is no memory that may be used",
		       part->start, end_of(part) - 1);
}

static int place_fixed(const struct program *program, const struct placement *limits,
		       struct plan *plan, struct err *err)
{
	uint64_t gap;
	int r = joined_gap(program, &gap, err);

	for (size_t i = 0; i < program->count && r == 0; i++)
		r = check_place(&program->parts[i], limits, plan, err);
	for (size_t first = 0, next; first < program->count && r == 0; first = next) {
		uint64_t start = page_start(&program->parts[first]), end;
		struct segment *s;

		next = first + 1;
		while (next < program->count && gap_before(&program->parts[next]) <= gap)
			next++;
		end = page_end(&program->parts[next - 1]);
		if (!memory_map_contains(&plan->room, start, end, MEMORY_RAM))
			return too_scattered(program, err);
		r = plan_put(plan, "kernel", start, end - start, &s, err);
		if (r == 0)
			r = fill(s, program, first, next - first, start, err);
	}
	return r;
}

int program_place(const struct program *program, const struct placement *limits, struct plan *plan,
		  uint64_t *moved, struct err *err)
{
	*moved = 0;
	if (program->movable)
		return place_moved(program, limits, plan, moved, err);
	return place_fixed(program, limits, plan, err);
}
