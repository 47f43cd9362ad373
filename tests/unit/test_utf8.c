/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "lib/attrs.h"
#include "lib/utf8.h"

static void check(const char *text, size_t size, uint32_t expected)
{
	struct bytes b = { (const uint8_t *)text, strlen(text) };
	uint32_t code = 0;

	assert_int_equal(utf8_take(b, &code), size);
	assert_int_equal(code, expected);
}

static void test_characters(_unused_ void **state)
{
	check("ab", 1, 'a');
	check("\x7f", 1, 0x7f);
	check("\xc2\x80", 2, 0x80);
	check("\xdf\xbf", 2, 0x7ff);
	check("\xe0\xa0\x80", 3, 0x800);
	check("\xef\xbf\xbfz", 3, 0xffff);
	check("\xf0\x90\x80\x80", 4, 0x10000);
	check("\xf4\x8f\xbf\xbf", 4, 0x10ffff);
}

static void test_others(_unused_ void **state)
{
	static const char *const texts[] = {
		"",
		"\x80",
		"\xbf",
		"\xc0\x80",
		"\xc1\xbf",
		"\xe0\x9f\xbf",
		"\xed\xa0\x80",
		"\xf0\x8f\xbf\xbf",
		"\xf4\x90\x80\x80",
		"\xf5\x80\x80\x80",
		"\xff",
		"\xc3",
		"\xc3z",
		"\xe2\x82",
		"\xe2\x82z",
		"\xf0\x9f\x98", /* cut short */
	};

	for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
		check(texts[i], 0, 0);
}

/* Nothing behind the end is looked at, and NUL is a character. */
static void test_bounds(_unused_ void **state)
{
	uint32_t code = 1;

	assert_int_equal(utf8_take((struct bytes){ (const uint8_t *)"\xc3\xa4", 1 }, &code), 0);
	assert_int_equal(utf8_take((struct bytes){ (const uint8_t *)"", 1 }, &code), 1);
	assert_int_equal(code, 0);
	assert_int_equal(utf8_take((struct bytes){ NULL, 0 }, &code), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_characters),
		cmocka_unit_test(test_others),
		cmocka_unit_test(test_bounds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
