/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>

#include "lib/array.h"

static void test_grows(_unused_ void **state)
{
	_cleanup_free_ uint32_t *items = NULL;
	size_t capacity = 0, moves = 0;

	for (uint32_t i = 0; i < 10000; i++) {
		size_t before = capacity;

		assert_int_equal(array_reserve(&items, &capacity, i + 1, sizeof(*items)), 0);
		assert_true(capacity > i);
		items[i] = i;
		moves += capacity != before;
	}
	for (uint32_t i = 0; i < 10000; i++)
		assert_int_equal(items[i], i);
	assert_true(moves < 20); /* geometric growth */
}

static void test_room_is_kept(_unused_ void **state)
{
	_cleanup_free_ char *items = NULL;
	size_t capacity = 0;
	char *before;

	assert_int_equal(array_reserve(&items, &capacity, 100, 1), 0);
	before = items;
	assert_int_equal(array_reserve(&items, &capacity, 0, 1), 0);
	assert_int_equal(array_reserve(&items, &capacity, capacity, 1), 0);
	assert_ptr_equal(items, before);
}

static void test_too_much(_unused_ void **state)
{
	_cleanup_free_ uint64_t *items = NULL;
	size_t capacity = 0;

	assert_int_equal(array_reserve(&items, &capacity, 3, sizeof(*items)), 0);
	items[2] = 42;
	assert_int_equal(array_reserve(&items, &capacity, SIZE_MAX, sizeof(*items)), -ENOMEM);
	assert_int_equal(array_reserve(&items, &capacity, SIZE_MAX / 2, sizeof(*items)), -ENOMEM);
	assert_true(capacity < 100); /* untouched */
	assert_int_equal(items[2], 42);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_grows),
		cmocka_unit_test(test_room_is_kept),
		cmocka_unit_test(test_too_much),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
