/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lists of levels and facilities. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>

#include "vmcore-dmesg/priority.h"

static void check_levels(const char *list, uint32_t expected)
{
	struct err err = ERR_INIT;
	uint32_t set = 0;

	assert_int_equal(levels_parse(list, &set, &err), 0);
	assert_int_equal(set, expected);
}

static void test_levels(_unused_ void **state)
{
	check_levels("emerg", 0x01);
	check_levels("debug", 0x80);
	check_levels("err,warn", 0x18);
	check_levels("WARN,Info,warn", 0x50);
	check_levels("0,7,3", 0x89);
	check_levels("err+", 0x0f);
	check_levels("+err", 0xf8);
	check_levels("+err+", 0xff);
	check_levels("emerg+", 0x01);
	check_levels("+emerg", 0xff);
	check_levels("debug+", 0xff);
	check_levels("+debug", 0x80);
	check_levels("+5,alert+", 0xe3);
	check_levels("3+", 0x0f);
}

static void check_facilities(const char *list, uint32_t expected)
{
	struct err err = ERR_INIT;
	uint32_t set = 0;

	assert_int_equal(facilities_parse(list, &set, &err), 0);
	assert_int_equal(set, expected);
}

static void test_facilities(_unused_ void **state)
{
	check_facilities("kern", 1);
	check_facilities("daemon,USER", 0x0a);
	check_facilities("local7,res0,23", 0x00801000);
	check_facilities("0,3", 9);
}

static void refuse(int (*parse)(const char *list, uint32_t *set, struct err *err), const char *list,
		   const char *text)
{
	struct err err = ERR_INIT;
	uint32_t set = 0;

	assert_int_equal(parse(list, &set, &err), -EINVAL);
	assert_string_equal(err.text, text);
	assert_true(err.hint[0]);
}

static void test_refused(_unused_ void **state)
{
	refuse(levels_parse, "", "unknown level ''");
	refuse(levels_parse, "err,", "unknown level ''");
	refuse(levels_parse, ",err", "unknown level ''");
	refuse(levels_parse, "+", "unknown level '+'");
	refuse(levels_parse, "++", "unknown level '++'");
	refuse(levels_parse, "err,warning,x", "unknown level 'warning'");
	refuse(levels_parse, "8", "unknown level '8'");
	refuse(levels_parse, "-1", "unknown level '-1'");
	refuse(levels_parse, "er", "unknown level 'er'");
	refuse(levels_parse, "err ", "unknown level 'err '");
	refuse(levels_parse, "errerrerrerrerrerr", "unknown level 'errerrerrerrerrerr'");
	refuse(facilities_parse, "kern+", "unknown facility 'kern+'");
	refuse(facilities_parse, "24", "unknown facility '24'");
}

static void test_names(_unused_ void **state)
{
	assert_string_equal(level_name(0), "emerg");
	assert_string_equal(level_name(7), "debug");
	assert_null(level_name(8));
	assert_string_equal(facility_name(11), "ftp");
	assert_string_equal(facility_name(23), "local7");
	assert_null(facility_name(24));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_levels),
		cmocka_unit_test(test_facilities),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
