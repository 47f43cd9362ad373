/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <string.h>

#include "kdump/crashkernel.h"

#define KIB ((uint64_t)1 << 10)
#define MIB ((uint64_t)1 << 20)
#define GIB ((uint64_t)1 << 30)
#define TIB ((uint64_t)1 << 40)

static struct crashkernel parsed(const char *text)
{
	struct crashkernel value;
	struct err err = ERR_INIT;

	if (crashkernel_parse(text, &value, &err) < 0)
		fail_msg("%s: %s", text, err.text);
	return value;
}

static void test_forms(_unused_ void **state)
{
	struct crashkernel v = parsed("256M");

	assert_false(v.by_range);
	assert_int_equal(v.suffix, CRASHKERNEL_PLAIN);
	assert_int_equal(crashkernel_size(&v, 0), 256 * MIB);

	v = parsed("0x10000000@16m");
	assert_int_equal(crashkernel_size(&v, GIB), 256 * MIB);
	assert_true(v.has_offset);
	assert_int_equal(v.offset, 16 * MIB);

	v = parsed("1G,high");
	assert_int_equal(v.suffix, CRASHKERNEL_HIGH);
	assert_int_equal(crashkernel_size(&v, GIB), GIB);
	assert_int_equal(parsed("0,low").suffix, CRASHKERNEL_LOW);
	assert_int_equal(parsed("512M,cma").suffix, CRASHKERNEL_CMA);

	v = parsed("1G-2G:64M,2G-:128M@1G");
	assert_int_equal(v.count, 2);
	assert_true(v.has_offset);
}

static void test_ranges(_unused_ void **state)
{
	const struct crashkernel v = parsed("4G-64G:256M,1G-4G:160M,64G-1T:512M,2T-:1G");
	const struct {
		uint64_t memory, size;
	} cases[] = {
		{ 0, 0 },
		{ GIB - 129 * MIB, 0 },
		{ GIB - 127 * MIB, 160 * MIB }, /* rounded up to 1 GiB */
		{ GIB, 160 * MIB },
		{ 4 * GIB - 128 * MIB, 160 * MIB },
		{ 4 * GIB - 1, 256 * MIB },
		{ 64 * GIB, 512 * MIB },
		{ TIB, 0 },
		{ 2 * TIB, GIB },
		{ 1024 * TIB, GIB },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		assert_int_equal(crashkernel_size(&v, cases[i].memory), cases[i].size);
}

static void test_refused(_unused_ void **state)
{
	static const struct {
		const char *text, *says, *hint;
	} cases[] = {
		{ "", "there is no value", "" },
		{ "256MB", "'256MB': 'B' is no unit", "Units are K, M, G and T" },
		{ "256Mi", "'256Mi': 'i' is no unit", "Units are K, M, G and T" },
		{ "128m@16x", "'16x': 'x' is no unit", "Units" },
		{ "M256", "'M256': a size has to begin with a digit", "" },
		{ "auto", "'auto': a size has to begin with a digit", "" },
		{ "-1", "'-1': a size has to begin with a digit", "" },
		{ "256M,hgih", "',hgih' cannot stand behind a size", "" },
		{ "256M;64M", "';64M' cannot stand behind a size", "" },
		{ "1G-2G;64M", "'-2G;64M' cannot stand behind a size", "" },
		{ "2G-1G:64M", "the range ends before it starts", "" },
		{ "1G-1G:64M", "the range ends before it starts", "" },
		{ "1G:64M", "'1G:64M': a range is START-END:SIZE", "" },
		{ "1G-2G64M:1", "'6' is no unit", "" },
		{ "1G-2G:", "'': a size has to begin with a digit", "" },
		{ "1G-2G:64M,", "'': a size has to begin with a digit", "" },
		{ "1G-2G:64M.2G-:1G", "'.2G-:1G' cannot stand behind a size", "" },
		{ "1G-2G:64M,high", "',high' goes with a size alone, not with ranges", "" },
		{ "64M@1M,low", "',low' goes with a size alone, not with an offset", "" },
		{ "16777216T", "is more than 64 bits hold", "" },
		{ "99999999999999999999", "is more than 64 bits hold", "" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct crashkernel value = { .count = 77 };
		struct err err = ERR_INIT;

		assert_int_equal(crashkernel_parse(cases[i].text, &value, &err), -EINVAL);
		if (!strstr(err.text, cases[i].says) || !strstr(err.hint, cases[i].hint))
			fail_msg("%s: %s\n%s", cases[i].text, err.text, err.hint);
		assert_int_equal(value.count, 77);
	}
}

static void test_caps(_unused_ void **state)
{
	char text[2 * CRASHKERNEL_TEXT_MAX];
	struct crashkernel value;
	struct err err = ERR_INIT;
	size_t len = 0;

	for (int i = 0; i <= CRASHKERNEL_RANGES_MAX; i++)
		len += (size_t)sprintf(text + len, "%s1-:1", i ? "," : "");
	assert_int_equal(crashkernel_parse(text, &value, &err), -EINVAL);
	assert_string_equal(err.text, "more than 64 ranges");
	memset(text, '1', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	assert_int_equal(crashkernel_parse(text, &value, &err), -EINVAL);
	assert_string_equal(err.text, "more than 2047 characters");
}

static void check_grow(const char *text, int64_t delta, const char *expected)
{
	struct crashkernel value = parsed(text);
	char out[CRASHKERNEL_TEXT_MAX];
	struct err err = ERR_INIT;

	assert_int_equal(crashkernel_grow(&value, delta, &err), 0);
	assert_int_equal(crashkernel_print(&value, out, &err), 0);
	assert_string_equal(out, expected);
}

static void test_grow(_unused_ void **state)
{
	struct crashkernel value = parsed("1M");
	struct err err = ERR_INIT;

	check_grow("1G", 100 * (int64_t)MIB, "1124M");
	check_grow("10000K", 100 * (int64_t)MIB, "112400K");
	check_grow("1,high", 1, "2,high");
	check_grow("1K,low", 1, "1025,low");
	check_grow("1M@1G", KIB, "1025K@1G");
	check_grow("1023M", MIB, "1G");
	check_grow("1G-4G:192M,4G-64G:256M,64G-:512M", 64 * (int64_t)MIB,
		   "1G-4G:256M,4G-64G:320M,64G-:576M");
	check_grow("1G-4G:0,4G-:1M", (int64_t)MIB, "1G-4G:0,4G-:2M");
	check_grow("1099511627776", 0, "1T");
	check_grow("512M", -256 * (int64_t)MIB, "256M");
	check_grow("1P-2P:1E@0", 0, "1P-2P:1E@0");
	assert_int_equal(crashkernel_grow(&value, -2 * (int64_t)MIB, &err), -ERANGE);
	assert_int_equal(crashkernel_size(&value, 0), MIB);
}

static void test_command_line(_unused_ void **state)
{
	struct crashkernel_words words;
	struct err err = ERR_INIT;

	assert_int_equal(crashkernel_read("ro nocrashkernel=x quiet", &words, &err), 0);
	for (int i = 0; i < CRASHKERNEL_SUFFIXES; i++)
		assert_false(words.has[i]);

	assert_int_equal(crashkernel_read("crashkernel=1G,high crashkernel=64M crashkernel=128M "
					  "crashkernel=\"32M,low\"",
					  &words, &err),
			 0);
	assert_true(words.has[CRASHKERNEL_HIGH] && words.has[CRASHKERNEL_LOW]);
	assert_false(words.has[CRASHKERNEL_CMA]);
	assert_int_equal(crashkernel_size(&words.value[CRASHKERNEL_PLAIN], GIB), 128 * MIB);
	assert_int_equal(crashkernel_size(&words.value[CRASHKERNEL_LOW], GIB), 32 * MIB);

	assert_int_equal(crashkernel_read("a crashkernel= 128M", &words, &err), -EINVAL);
	assert_string_equal(err.text, "crashkernel=: there is no value");
	assert_int_equal(crashkernel_read("crashkernel", &words, &err), -EINVAL);
	assert_int_equal(crashkernel_read("crashkernel=12MB", &words, &err), -EINVAL);
	assert_string_equal(err.text, "crashkernel=12MB: '12MB': 'B' is no unit");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_forms),   cmocka_unit_test(test_ranges),
		cmocka_unit_test(test_refused), cmocka_unit_test(test_caps),
		cmocka_unit_test(test_grow),    cmocka_unit_test(test_command_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
