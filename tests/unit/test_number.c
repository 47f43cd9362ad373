/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>

#include "lib/number.h"

static void good(const char *text, int base, uint64_t expected)
{
	uint64_t v = 77;

	assert_int_equal(number_parse(text, base, &v), 0);
	assert_int_equal(v, expected);
}

static void bad(const char *text, int base, int error)
{
	uint64_t v = 77;

	assert_int_equal(number_parse(text, base, &v), error);
	assert_int_equal(v, 77);
}

static void test_numbers(_unused_ void **state)
{
	good("0", 10, 0);
	good("18446744073709551615", 10, UINT64_MAX);
	good("  42\n", 10, 42);
	good("0042", 10, 42);
	good("ffffffffffffffff", 16, UINT64_MAX);
	good("0xFf", 16, 255);
	good("f", 16, 15);
	good("0x10", 0, 16);
	good("10", 0, 10);
	good("010", 0, 8);
}

static void test_refused(_unused_ void **state)
{
	static const char *const texts[] = {
		"",    " ",    "-1",  "+1",  "x",     "1x",  "1 2",   "0x",
		"0xg", "0x-1", "1.5", "1e3", "1,000", "--1", "0x0x1",
	};

	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		bad(texts[i], 10, -EINVAL);
		bad(texts[i], 0, -EINVAL);
	}
	bad("0x10", 10, -EINVAL);
	bad("ff", 10, -EINVAL);
	bad("ff", 0, -EINVAL);
	bad("08", 0, -EINVAL);
	bad("0x", 16, -EINVAL);
	bad("-1", 16, -EINVAL);
	bad("g", 16, -EINVAL);
}

static void test_range(_unused_ void **state)
{
	bad("18446744073709551616", 10, -ERANGE);
	bad("10000000000000000", 16, -ERANGE);
	bad("99999999999999999999999999", 0, -ERANGE);
	good("7", 10, 7); /* an earlier error has no effect */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_range),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
