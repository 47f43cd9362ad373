/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "lib/attrs.h"

#include "kdump/nearest.h"

static void test_distance(_unused_ void **state)
{
	char longest[NEAREST_WORD_MAX + 2];

	assert_int_equal(nearest_distance("", ""), 0);
	assert_int_equal(nearest_distance("path", "paht"), 1);
	assert_int_equal(nearest_distance("kitten", "sitting"), 3);
	assert_int_equal(nearest_distance("abc", ""), 3);
	memset(longest, 'x', sizeof(longest));
	longest[sizeof(longest) - 1] = '\0';
	assert_true(nearest_distance(longest, "x") == SIZE_MAX);
	assert_false(nearest_is_near("zz", "ssh"));
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_distance) };

	return cmocka_run_group_tests_name("kdump/nearest", tests, NULL, NULL);
}
