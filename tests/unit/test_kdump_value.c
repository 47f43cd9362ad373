/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>

#include "kdump/value.h"

static void test_counts(_unused_ void **state)
{
	static const char *const bad[] = { "",
					   "0",
					   "-1",
					   "+1",
					   " 1",
					   "1 ",
					   "1x",
					   "x",
					   "0x10",
					   "11",
					   "99999999999999999999",
					   "1e1",
					   "1.0" };
	struct err err = ERR_INIT;
	uint64_t value = 7;

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		assert_int_equal(value_count(bad[i], 10, &value, &err), -EINVAL);
	assert_int_equal(value, 7);
	assert_string_equal(err.text, "'1.0' is not a whole number from 1 to 10");
	assert_int_equal(value_count("10", 10, &value, &err), 0);
	assert_int_equal(value, 10);
}

static void test_sizes(_unused_ void **state)
{
	static const struct {
		const char *text;
		uint64_t size;
	} good[] = {
		{ "1", 1 },
		{ "512k", 512 << 10 },
		{ "3M", 3 << 20 },
		{ "10G", 10ULL << 30 },
		{ "2t", 2ULL << 40 },
		{ "16777215T", 16777215ULL << 40 },
		{ "18446744073709551615", UINT64_MAX },
	};
	static const char *const bad[] = { "",
					   "0",
					   "0G",
					   "G",
					   "-1G",
					   "1 G",
					   "1P",
					   "1GB",
					   "1,5G",
					   "16777216T",
					   "18446744073709551616" };
	struct err err = ERR_INIT;
	uint64_t value;

	for (size_t i = 0; i < ARRAY_SIZE(good); i++) {
		assert_int_equal(value_size(good[i].text, &value, &err), 0);
		assert_int_equal(value, good[i].size);
	}
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		assert_int_equal(value_size(bad[i], &value, &err), -EINVAL);
	assert_int_equal(value, UINT64_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_counts),
		cmocka_unit_test(test_sizes),
	};

	return cmocka_run_group_tests_name("kdump/value", tests, NULL, NULL);
}
