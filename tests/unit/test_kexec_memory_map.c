/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lists of memory ranges: joining, cutting, asking; at their edges and at scale. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "kexec/memory_map.h"
#include "tests/unit/kexec_map.h"

static void add(struct memory_map *map, uint64_t start, uint64_t end, enum memory_type type)
{
	assert_int_equal(memory_map_add(map, start, end, type, NULL), 0);
}

static void cut(struct memory_map *map, uint64_t start, uint64_t end)
{
	assert_int_equal(memory_map_cut(map, start, end, NULL), 0);
}

static void test_empty_ranges_are_left_out(_unused_ void **state)
{
	_cleanup_(memory_map_done) struct memory_map map = { NULL };

	memory_map_normalise(&map);
	assert_map(&map, "");
	add(&map, 0x1000, 0x1000, MEMORY_RAM);
	add(&map, 0x2000, 0x1000, MEMORY_RAM);
	add(&map, 0, 0, MEMORY_RESERVED);
	assert_map(&map, "");
	add(&map, 0, 1, MEMORY_RAM);
	assert_map(&map, "0-1:ram");
}

static void test_joins_one_type(_unused_ void **state)
{
	_cleanup_(memory_map_done) struct memory_map map = { NULL };

	add(&map, 0x5000, 0x6000, MEMORY_RAM);
	add(&map, 0x1000, 0x2000, MEMORY_RAM); /* touches the next one */
	add(&map, 0x2000, 0x3000, MEMORY_RAM);
	add(&map, 0x2800, 0x2900, MEMORY_RAM); /* inside */
	add(&map, 0x5800, 0x7000, MEMORY_RAM); /* overlaps */
	add(&map, 0x3001, 0x3002, MEMORY_RAM); /* one byte away */
	memory_map_normalise(&map);
	assert_map(&map, "1000-3000:ram 3001-3002:ram 5000-7000:ram");
	memory_map_normalise(&map);
	assert_map(&map, "1000-3000:ram 3001-3002:ram 5000-7000:ram");
}

static void test_unites_what_overlaps(_unused_ void **state)
{
	_cleanup_(memory_map_done) struct memory_map map = { NULL };

	add(&map, 0x5000, 0x6000, MEMORY_RAM);
	add(&map, 0x2000, 0x3000, MEMORY_RAM);
	add(&map, 0x1000, 0x2000, MEMORY_RAM);
	add(&map, 0x5000, 0x6000, MEMORY_RAM);
	add(&map, 0x5fff, 0x7000, MEMORY_RAM);
	memory_map_unite(&map);
	assert_map(&map, "1000-2000:ram 2000-3000:ram 5000-7000:ram");
}

static void test_keeps_types_apart(_unused_ void **state)
{
	_cleanup_(memory_map_done) struct memory_map map = { NULL };

	add(&map, 0x2000, 0x3000, MEMORY_ACPI);
	add(&map, 0x1000, 0x2000, MEMORY_RAM);
	add(&map, 0x3000, 0x4000, MEMORY_RAM);
	add(&map, 0x4000, 0x5000, MEMORY_SOFT_RESERVED);
	memory_map_normalise(&map);
	assert_map(&map, "1000-2000:ram 2000-3000:acpi 3000-4000:ram 4000-5000:soft-reserved");
}

static void test_whole_address_space(_unused_ void **state)
{
	_cleanup_(memory_map_done) struct memory_map map = { NULL };

	add(&map, 0, UINT64_MAX, MEMORY_RAM);
	assert_true(memory_map_contains(&map, 0, UINT64_MAX, MEMORY_RAM));
	cut(&map, 0, 0x1000);
	cut(&map, UINT64_MAX - 0xfff, UINT64_MAX);
	assert_map(&map, "1000-fffffffffffff000:ram");
	cut(&map, 0, UINT64_MAX);
	assert_map(&map, "");
}

static void test_cut(_unused_ void **state)
{
	static const struct {
		uint64_t start, end;
		const char *left;
	} cuts[] = {
		{ 0x0000, 0x1000, "1000-3000:ram 4000-6000:acpi" },
		{ 0x0000, 0x1001, "1001-3000:ram 4000-6000:acpi" },
		{ 0x1000, 0x3000, "4000-6000:acpi" },
		{ 0x1800, 0x2000, "1000-1800:ram 2000-3000:ram 4000-6000:acpi" },
		{ 0x2fff, 0x3000, "1000-2fff:ram 4000-6000:acpi" },
		{ 0x3000, 0x4000, "1000-3000:ram 4000-6000:acpi" },
		{ 0x2000, 0x5000, "1000-2000:ram 5000-6000:acpi" },
		{ 0x5fff, 0x9000, "1000-3000:ram 4000-5fff:acpi" },
		{ 0x6000, 0x9000, "1000-3000:ram 4000-6000:acpi" },
		{ 0x0000, 0x9000, "" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cuts); i++) {
		_cleanup_(memory_map_done) struct memory_map map = { NULL };

		add(&map, 0x1000, 0x3000, MEMORY_RAM);
		add(&map, 0x4000, 0x6000, MEMORY_ACPI);
		cut(&map, cuts[i].start, cuts[i].end);
		assert_map(&map, cuts[i].left);
	}
}

static void test_subtract(_unused_ void **state)
{
	_cleanup_(memory_map_done) struct memory_map map = { NULL };
	_cleanup_(memory_map_done) struct memory_map what = { NULL };

	assert_int_equal(memory_map_subtract(&map, &what, NULL), 0);
	assert_map(&map, "");
	add(&map, 0x8000, 0xa000, MEMORY_NVS); /* in no order, and one on top of another */
	add(&map, 0x1000, 0x6000, MEMORY_RAM);
	add(&map, 0x3000, 0x5000, MEMORY_ACPI);
	assert_int_equal(memory_map_subtract(&map, &what, NULL), 0);
	assert_map(&map, "8000-a000:nvs 1000-6000:ram 3000-5000:acpi");
	add(&what, 0x0000, 0x1000, MEMORY_RAM);
	add(&what, 0x2000, 0x2001, MEMORY_RAM);
	add(&what, 0x4000, 0x4800, MEMORY_RAM);
	add(&what, 0x5fff, 0x9000, MEMORY_RAM);
	add(&what, 0xa000, 0xb000, MEMORY_RAM);
	assert_int_equal(memory_map_subtract(&map, &what, NULL), 0);
	assert_map(&map, "9000-a000:nvs 1000-2000:ram 2001-4000:ram 4800-5fff:ram "
			 "3000-4000:acpi 4800-5000:acpi");
}

static void test_touches(_unused_ void **state)
{
	_cleanup_(memory_map_done) struct memory_map map = { NULL };

	assert_false(memory_map_touches(&map, 0, UINT64_MAX));
	add(&map, 0x1000, 0x2000, MEMORY_RAM);
	add(&map, 0x3000, 0x4000, MEMORY_RAM);
	assert_false(memory_map_touches(&map, 0, 0x1000));
	assert_true(memory_map_touches(&map, 0, 0x1001));
	assert_true(memory_map_touches(&map, 0x1fff, 0x3000));
	assert_false(memory_map_touches(&map, 0x2000, 0x3000));
	assert_true(memory_map_touches(&map, 0x2000, 0x3001));
	assert_true(memory_map_touches(&map, 0, UINT64_MAX));
	assert_false(memory_map_touches(&map, 0x4000, UINT64_MAX));
}

static void test_contains(_unused_ void **state)
{
	_cleanup_(memory_map_done) struct memory_map map = { NULL };

	add(&map, 0x1000, 0x2000, MEMORY_RAM);
	add(&map, 0x2000, 0x3000, MEMORY_RESERVED);
	assert_true(memory_map_contains(&map, 0x1000, 0x2000, MEMORY_RAM));
	assert_true(memory_map_contains(&map, 0x1fff, 0x2000, MEMORY_RAM));
	assert_false(memory_map_contains(&map, 0x1000, 0x2001, MEMORY_RAM));
	assert_false(memory_map_contains(&map, 0x0fff, 0x2000, MEMORY_RAM));
	assert_false(memory_map_contains(&map, 0x1800, 0x2800, MEMORY_RAM));
	assert_false(memory_map_contains(&map, 0x2000, 0x3000, MEMORY_RAM));
	assert_true(memory_map_contains(&map, 0x2000, 0x3000, MEMORY_RESERVED));
}

/* A hundred thousand ranges, in no order, half of them touching the other half. */
static void test_scale(_unused_ void **state)
{
	enum { COUNT = 100000, STEP = 7919 }; /* prime to COUNT: visits every index once */
	_cleanup_(memory_map_done) struct memory_map map = { NULL };

	for (uint64_t i = 0; i < COUNT; i++) {
		uint64_t at = i * STEP % COUNT;

		/* pairs touch, pair from pair is a page apart */
		add(&map, (at + at / 2) << 12, (at + at / 2 + 1) << 12, MEMORY_RAM);
	}
	memory_map_normalise(&map);
	assert_int_equal(map.count, COUNT / 2);
	for (uint64_t i = 0; i < COUNT / 2; i++) {
		assert_int_equal(map.ranges[i].start, 3 * i << 12);
		assert_int_equal(map.ranges[i].end, (3 * i + 2) << 12);
	}
	cut(&map, 1 << 12, (3 * (COUNT / 2 - 1) + 1) << 12);
	assert_int_equal(map.count, 2);
}

/* As many cuts as ranges: a page out of the middle of each three. */
static void test_subtract_scale(_unused_ void **state)
{
	enum { COUNT = 100000 };
	_cleanup_(memory_map_done) struct memory_map map = { NULL };
	_cleanup_(memory_map_done) struct memory_map what = { NULL };

	for (uint64_t i = 0; i < COUNT; i++) {
		add(&map, 4 * i << 12, (4 * i + 3) << 12, MEMORY_RAM);
		add(&what, (4 * i + 1) << 12, (4 * i + 2) << 12, MEMORY_RAM);
	}
	assert_int_equal(memory_map_subtract(&map, &what, NULL), 0);
	assert_int_equal(map.count, 2 * COUNT);
	for (uint64_t i = 0; i < 2 * COUNT; i++) {
		assert_int_equal(map.ranges[i].start, 2 * i << 12);
		assert_int_equal(map.ranges[i].end, (2 * i + 1) << 12);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_empty_ranges_are_left_out),
		cmocka_unit_test(test_joins_one_type),
		cmocka_unit_test(test_unites_what_overlaps),
		cmocka_unit_test(test_keeps_types_apart),
		cmocka_unit_test(test_whole_address_space),
		cmocka_unit_test(test_cut),
		cmocka_unit_test(test_subtract),
		cmocka_unit_test(test_touches),
		cmocka_unit_test(test_contains),
		cmocka_unit_test(test_scale),
		cmocka_unit_test(test_subtract_scale),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
