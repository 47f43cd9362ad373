/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where segments go: limits, alignment, both directions, no room, too many, and at scale. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "kexec/plan.h"

#define NOWHERE UINT64_MAX

static void add(struct memory_map *map, uint64_t start, uint64_t end)
{
	assert_int_equal(memory_map_add(map, start, end, MEMORY_RAM, NULL), 0);
}

/* A plan whose room is one range. */
static void begin(struct plan *plan, uint64_t start, uint64_t end)
{
	struct memory_map room = { NULL };

	add(&room, start, end);
	plan_init(plan, &room);
	assert_null(room.ranges);
}

/* Where the segment came to lie, or NOWHERE. */
static uint64_t place(struct plan *plan, struct placement where)
{
	unsigned int before = plan->count;
	struct segment *s;
	struct err err = ERR_INIT;
	int r = plan_place(plan, "it", &where, &s, &err);

	if (r < 0) {
		assert_int_equal(r, -EADDRNOTAVAIL);
		assert_non_null(strstr(err.text, "Could not find a free area of memory"));
		assert_int_equal(plan->count, before);
		return NOWHERE;
	}
	assert_ptr_equal(s, &plan->segments[before]);
	assert_int_equal(s->size, (where.size + 0xfff) & ~UINT64_C(0xfff));
	return s->start;
}

#define PLACE(plan, ...) place(plan, (struct placement){ __VA_ARGS__ })

static void test_directions(_unused_ void **state)
{
	_cleanup_(plan_done) struct plan plan;

	begin(&plan, 0x10000, 0x20000);
	assert_int_equal(PLACE(&plan, .size = 0x1000), 0x1f000);
	assert_int_equal(PLACE(&plan, .size = 1), 0x1e000);
	assert_int_equal(PLACE(&plan, .size = 0x1001), 0x1c000);
	assert_int_equal(PLACE(&plan, .size = 0x2000, .bottom_up = true), 0x10000);
	assert_int_equal(PLACE(&plan, .size = 0x1000, .bottom_up = true), 0x12000);
	assert_int_equal(plan_check(&plan, NULL), 0);
}

static void test_exact_fit(_unused_ void **state)
{
	for (int bottom_up = 0; bottom_up < 2; bottom_up++) {
		_cleanup_(plan_done) struct plan plan;

		begin(&plan, 0x10000, 0x20000);
		assert_int_equal(PLACE(&plan, .size = 0x10001, .bottom_up = bottom_up), NOWHERE);
		assert_int_equal(PLACE(&plan, .size = 0x11000, .bottom_up = bottom_up), NOWHERE);
		assert_int_equal(PLACE(&plan, .size = 0xffff, .bottom_up = bottom_up), 0x10000);
		assert_int_equal(PLACE(&plan, .size = 1, .bottom_up = bottom_up), NOWHERE);
		assert_int_equal(plan_room_left(&plan), 0);
		assert_int_equal(plan_check(&plan, NULL), 0);
	}
}

/* A hole between two segments is used whole; one page less is not. */
static void test_hole_between_segments(_unused_ void **state)
{
	for (int bottom_up = 0; bottom_up < 2; bottom_up++) {
		_cleanup_(plan_done) struct plan plan;

		begin(&plan, 0x10000, 0x20000);
		assert_int_equal(PLACE(&plan, .size = 0x4000), 0x1c000);
		assert_int_equal(PLACE(&plan, .size = 0x4000, .bottom_up = true), 0x10000);
		assert_int_equal(plan_room_left(&plan), 0x8000);
		assert_int_equal(PLACE(&plan, .size = 0x8001, .bottom_up = bottom_up), NOWHERE);
		assert_int_equal(PLACE(&plan, .size = 0x8000, .bottom_up = bottom_up), 0x14000);
		assert_int_equal(plan_check(&plan, NULL), 0);
	}
}

static void test_alignment(_unused_ void **state)
{
	_cleanup_(plan_done) struct plan plan;

	begin(&plan, 0x101000, 0x7ff000);
	assert_int_equal(PLACE(&plan, .size = 0x1000, .align = 0x200000), 0x600000);
	assert_int_equal(PLACE(&plan, .size = 0x1000, .align = 0x200000), 0x400000);
	assert_int_equal(PLACE(&plan, .size = 0x1000, .align = 0x200000, .bottom_up = true),
			 0x200000);
	assert_int_equal(PLACE(&plan, .size = 0x1000, .align = 0x200000), NOWHERE);
	assert_int_equal(PLACE(&plan, .size = 0x1000, .align = 0x10), 0x7fe000);
	assert_int_equal(PLACE(&plan, .size = 0x100000, .align = 0x100000), 0x500000);
	assert_int_equal(plan_check(&plan, NULL), 0);
}

/* Room that begins and ends inside pages: only whole pages are used. */
static void test_ragged_room(_unused_ void **state)
{
	for (int bottom_up = 0; bottom_up < 2; bottom_up++) {
		_cleanup_(plan_done) struct plan plan;

		begin(&plan, 0x10001, 0x13fff);
		assert_int_equal(plan_room_left(&plan), 0x2000);
		assert_int_equal(PLACE(&plan, .size = 0x3000, .bottom_up = bottom_up), NOWHERE);
		assert_int_equal(PLACE(&plan, .size = 0x2000, .bottom_up = bottom_up), 0x11000);
		assert_int_equal(plan_check(&plan, NULL), 0);
	}
}

static void test_limits(_unused_ void **state)
{
	for (int up = 0; up < 2; up++) {
		_cleanup_(plan_done) struct plan plan;

		begin(&plan, 0, 0x100000);
		assert_int_equal(PLACE(&plan, .size = 0x2000, .min = 0x5000, .max = 0x7000,
				       .bottom_up = up),
				 0x5000);
		assert_int_equal(PLACE(&plan, .size = 0x1000, .min = 0x5000, .max = 0x7000,
				       .bottom_up = up),
				 NOWHERE);
		assert_int_equal(PLACE(&plan, .size = 0x1000, .min = 0x8001, .max = 0xa000,
				       .bottom_up = up),
				 0x9000);
		assert_int_equal(PLACE(&plan, .size = 0x1000, .max = 0xfff, .bottom_up = up),
				 NOWHERE);
		assert_int_equal(PLACE(&plan, .size = 0x1000, .max = 0x1000, .bottom_up = up), 0);
		assert_int_equal(PLACE(&plan, .size = 0x1000, .min = 0x100000, .bottom_up = up),
				 NOWHERE);
		assert_int_equal(PLACE(&plan, .size = 0x1000, .min = 0x9000, .max = 0x8000,
				       .bottom_up = up),
				 NOWHERE);
		assert_int_equal(plan_check(&plan, NULL), 0);
	}
}

static void test_top_of_address_space(_unused_ void **state)
{
	for (int up = 0; up < 2; up++) {
		_cleanup_(plan_done) struct plan plan;

		begin(&plan, 0xffffffffffff0000, UINT64_MAX);
		assert_int_equal(PLACE(&plan, .size = UINT64_MAX, .bottom_up = up), NOWHERE);
		assert_int_equal(PLACE(&plan, .size = 0x10000, .bottom_up = up), NOWHERE);
		assert_int_equal(PLACE(&plan, .size = 0x1000, .align = UINT64_C(1) << 63,
				       .bottom_up = up),
				 NOWHERE);
		assert_int_equal(plan_room_left(&plan), 0xf000);
		assert_int_equal(PLACE(&plan, .size = 0xf000, .bottom_up = up), 0xffffffffffff0000);
		assert_int_equal(plan_check(&plan, NULL), 0);
	}
}

/* Above 4 GiB first, into the range below when it is full. */
static void test_several_ranges(_unused_ void **state)
{
	struct memory_map room = { NULL };
	_cleanup_(plan_done) struct plan plan;

	add(&room, 0x100000000, 0x100003000);
	add(&room, 0x1000, 0x9f000);
	add(&room, 0x100000, 0x200000);
	plan_init(&plan, &room);
	assert_int_equal(PLACE(&plan, .size = 0x2000), 0x100001000);
	assert_int_equal(PLACE(&plan, .size = 0x2000), 0x1fe000);
	assert_int_equal(PLACE(&plan, .size = 0x1000), 0x100000000);
	assert_int_equal(PLACE(&plan, .size = 0x1000, .bottom_up = true), 0x1000);
	assert_int_equal(PLACE(&plan, .size = 0x9d000, .bottom_up = true), 0x2000);
	assert_int_equal(PLACE(&plan, .size = 0x1000, .bottom_up = true), 0x100000);
	assert_int_equal(plan_check(&plan, NULL), 0);
}

static void test_sixteen_segments(_unused_ void **state)
{
	_cleanup_(plan_done) struct plan plan;
	const struct placement where = { .size = 0x1000 };
	struct segment *s = NULL;
	struct err err = ERR_INIT;

	begin(&plan, 0, 0x100000);
	for (unsigned int i = 0; i < 16; i++)
		assert_int_equal(plan_place(&plan, "fits", &where, &s, NULL), 0);
	assert_int_equal(plan_place(&plan, "seventeenth", &where, &s, &err), -E2BIG);
	assert_non_null(strstr(err.text, "no more than 16 segments"));
	assert_non_null(strstr(err.text, "seventeenth"));
	assert_int_equal(plan.count, 16);
	assert_int_equal(plan_check(&plan, NULL), 0);
}

static void assert_unsound(const struct plan *plan, const char *text)
{
	struct err err = ERR_INIT;

	assert_int_equal(plan_check(plan, &err), -EINVAL);
	assert_non_null(strstr(err.text, text));
}

/* Every whole page of the room that no segment has becomes one of a segment of its own. */
static void test_fill(_unused_ void **state)
{
	static const struct {
		uint64_t start, size;
	} expected[] = {
		{ 0x14000, 0x2000 }, { 0x19000, 0x1000 }, { 0x1f000, 0x1000 }, { 0x1000, 0x2000 },
		{ 0x10000, 0x4000 }, { 0x16000, 0x3000 }, { 0x1a000, 0x5000 },
	};
	_cleanup_(plan_done) struct plan plan;
	struct memory_map room = { NULL };
	struct segment *s;

	add(&room, 0x800, 0x3400);
	add(&room, 0x5001, 0x5fff); /* no whole page */
	add(&room, 0x10000, 0x20000);
	plan_init(&plan, &room);
	assert_int_equal(plan_put(&plan, "a", 0x14000, 0x2000, &s, NULL), 0);
	assert_int_equal(plan_put(&plan, "b", 0x19000, 0x1000, &s, NULL), 0);
	assert_int_equal(plan_put(&plan, "c", 0x1f000, 0x1000, &s, NULL), 0);
	assert_int_equal(plan_fill(&plan, "kept", NULL), 0);
	assert_int_equal(plan.count, ARRAY_SIZE(expected));
	for (size_t i = 0; i < ARRAY_SIZE(expected); i++) {
		assert_int_equal(plan.segments[i].start, expected[i].start);
		assert_int_equal(plan.segments[i].size, expected[i].size);
		assert_int_equal(plan.segments[i].content.size, 0);
		assert_int_equal(plan.segments[i].changes, i > 2);
	}
	assert_int_equal(plan_check(&plan, NULL), 0);
	assert_int_equal(plan_fill(&plan, "kept", NULL), 0); /* there is no more */
	assert_int_equal(plan.count, ARRAY_SIZE(expected));
}

static void test_fill_too_many(_unused_ void **state)
{
	_cleanup_(plan_done) struct plan plan;
	struct memory_map room = { NULL };

	for (uint64_t i = 1; i <= 17; i++)
		add(&room, i << 20, (i << 20) + 0x1000);
	plan_init(&plan, &room);
	assert_int_equal(plan_fill(&plan, "kept", NULL), -E2BIG);
}

static void test_check(_unused_ void **state)
{
	_cleanup_(plan_done) struct plan plan;
	struct segment *s;
	static const uint8_t content[0x2001];

	begin(&plan, 0x10000, 0x20000);
	plan.count = 2;
	plan.segments[0] = (struct segment){ .name = "a", .start = 0x12000, .size = 0x2000 };
	s = &plan.segments[1];
	*s = (struct segment){ .name = "b", .start = 0x14000, .size = 0x2000 };
	assert_int_equal(plan_check(&plan, NULL), 0);
	s->start = 0x13000;
	assert_unsound(&plan, "Overlapping memory segments at 0x13000 (a, b)");
	s->start = 0x11000;
	assert_unsound(&plan, "Overlapping");
	s->start = 0x12000;
	assert_unsound(&plan, "Overlapping");
	s->start = 0x10000;
	assert_int_equal(plan_check(&plan, NULL), 0);
	s->start = 0xf000;
	assert_unsound(&plan, "Invalid memory segment 0xf000 - 0x10fff (b)");
	s->start = 0x1f000;
	assert_unsound(&plan, "Invalid memory segment 0x1f000 - 0x20fff (b)");
	s->start = 0x14800;
	assert_unsound(&plan, "Base address: 0x14800 is not page aligned (b)");
	s->start = 0x14000;
	s->size = 0;
	assert_unsound(&plan, "bad segment");
	s->size = 0x1800;
	assert_unsound(&plan, "bad segment");
	s->size = 0x2000;
	s->content = (struct bytes){ content, 0x2000 };
	assert_int_equal(plan_check(&plan, NULL), 0);
	s->content.size = 0x2001;
	assert_unsound(&plan, "bad segment");
}

static void test_message_has_numbers(_unused_ void **state)
{
	_cleanup_(plan_done) struct plan plan;
	const struct placement where = { .size = 0x900000 };
	struct segment *s;
	struct err err = ERR_INIT;

	begin(&plan, 0, 0x800000);
	assert_int_equal(PLACE(&plan, .size = 0x1000, .min = 0x300000, .bottom_up = true),
			 0x300000);
	assert_int_equal(plan_place(&plan, "kernel", &where, &s, &err), -EADDRNOTAVAIL);
	assert_string_equal(err.text, "locate_hole failed: Could not find a free area of memory of "
				      "0x900000 bytes for kernel "
				      "(8 MiB may be used, largest hole left: 5116 KiB)");
}

static void test_print(_unused_ void **state)
{
	_cleanup_(plan_done) struct plan plan;
	_cleanup_free_ char *text = NULL;
	size_t size;
	FILE *f = open_memstream(&text, &size);

	assert_non_null(f);
	begin(&plan, 0, 0x100000);
	assert_int_equal(PLACE(&plan, .size = 0x2000, .bottom_up = true), 0);
	assert_int_equal(PLACE(&plan, .size = 0x1000), 0xff000);
	plan.segments[1].name = "top";
	plan.entry = 0x400;
	plan.kernel.ip = 0x200;
	plan.kernel.si = 0xff000;
	plan_print(f, &plan);
	plan.backup = (struct plan_backup){ .from = 0x1000, .to = 0x5000, .size = 0x800 };
	plan_print(f, &plan);
	fclose(f);
	assert_string_equal(text, "segments: 2\n"
				  "  0x000000000000-0x000000001fff it           content 0\n"
				  "  0x0000000ff000-0x0000000fffff top          content 0\n"
				  "entry: 0x400\nkernel entry: 0x200\nkernel argument: 0xff000\n"
				  "segments: 2\n"
				  "  0x000000000000-0x000000001fff it           content 0\n"
				  "  0x0000000ff000-0x0000000fffff top          content 0\n"
				  "entry: 0x400\nkernel entry: 0x200\nkernel argument: 0xff000\n"
				  "backup: 0x1000-0x17ff to 0x5000\n");
}

/* A hundred thousand ranges: the one that fits is the last that is looked at. */
static void test_scale(_unused_ void **state)
{
	enum { COUNT = 100000 };
	struct memory_map room = { NULL };
	_cleanup_(plan_done) struct plan plan;

	for (uint64_t i = COUNT; i > 0; i--)
		add(&room, i * 0x10000, i * 0x10000 + 0x1000);
	add(&room, 0, 0x8000);
	add(&room, (COUNT + 1) * UINT64_C(0x10000), (COUNT + 1) * UINT64_C(0x10000) + 0x8000);
	plan_init(&plan, &room);
	assert_int_equal(plan.room.count, COUNT + 2);
	assert_int_equal(PLACE(&plan, .size = 0x8000), (COUNT + 1) * UINT64_C(0x10000));
	assert_int_equal(PLACE(&plan, .size = 0x8000), 0);
	assert_int_equal(PLACE(&plan, .size = 0x2000), NOWHERE);
	for (unsigned int i = 2; i < 16; i++)
		assert_int_not_equal(PLACE(&plan, .size = 0x1000, .bottom_up = i % 2), NOWHERE);
	assert_int_equal(plan_room_left(&plan), 0x1000);
	assert_int_equal(plan_check(&plan, NULL), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_directions),
		cmocka_unit_test(test_exact_fit),
		cmocka_unit_test(test_hole_between_segments),
		cmocka_unit_test(test_alignment),
		cmocka_unit_test(test_ragged_room),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_top_of_address_space),
		cmocka_unit_test(test_several_ranges),
		cmocka_unit_test(test_sixteen_segments),
		cmocka_unit_test(test_fill),
		cmocka_unit_test(test_fill_too_many),
		cmocka_unit_test(test_check),
		cmocka_unit_test(test_message_has_numbers),
		cmocka_unit_test(test_print),
		cmocka_unit_test(test_scale),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
