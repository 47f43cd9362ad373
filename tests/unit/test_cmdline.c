/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "lib/cmdline.h"

static void check_word(const char **pos, const char *text, size_t name_len)
{
	struct cmdline_word word;

	assert_true(cmdline_next(pos, &word));
	assert_int_equal(word.len, strlen(text));
	assert_memory_equal(word.text, text, word.len);
	assert_int_equal(word.name_len, name_len);
}

static void test_words(_unused_ void **state)
{
	const char *line = "  root=/dev/vda1\tro\n opt==x dyndbg=\"a b=c\" last=";
	struct cmdline_word word;

	check_word(&line, "root=/dev/vda1", 4);
	check_word(&line, "ro", 2);
	check_word(&line, "opt==x", 3);
	check_word(&line, "dyndbg=\"a b=c\"", 6);
	check_word(&line, "last=", 4);
	assert_false(cmdline_next(&line, &word));
	assert_false(cmdline_next(&line, &word));
}

static void test_odd_words(_unused_ void **state)
{
	const char *blank = " \t\n", *open = "a=\"b c", *equals = "=x =";
	struct cmdline_word word;

	assert_false(cmdline_next(&blank, &word));
	check_word(&open, "a=\"b c", 1); /* an unclosed quote reaches to the end */
	assert_false(cmdline_next(&open, &word));
	check_word(&equals, "=x", 0);
	check_word(&equals, "=", 0);
}

static void test_word_is(_unused_ void **state)
{
	const char *line = "crashkernel=256M";
	struct cmdline_word word;

	assert_true(cmdline_next(&line, &word));
	assert_true(cmdline_word_is(&word, "crashkernel"));
	assert_false(cmdline_word_is(&word, "crash"));
	assert_false(cmdline_word_is(&word, "crashkernel=256M"));
	assert_false(cmdline_word_is(&word, "crashkernel2"));
}

static void check_value(const char *line, const char *name, const char *expected)
{
	_cleanup_free_ char *value = NULL;

	assert_int_equal(cmdline_value(line, name, &value), expected ? 1 : 0);
	if (expected)
		assert_string_equal(value, expected);
	else
		assert_null(value);
}

static void test_value(_unused_ void **state)
{
	check_value("a=1 b=2 a=3", "a", "3"); /* the last one counts */
	check_value("a=1 b=2 a=3", "b", "2");
	check_value("a=1", "c", NULL);
	check_value("ab=1 b", "a", NULL);
	check_value("ro a", "ro", "");
	check_value("a=", "a", "");
	check_value("a=1 a", "a", "");
	check_value("a=b=c", "a", "b=c");
	check_value("a=\"x y\"", "a", "x y");
	check_value("a=\"\"", "a", "");
	check_value("a=\"", "a", "\"");
	check_value("a=x\"y z\"", "a", "x\"y z\"");
	check_value("", "a", NULL);
}

static bool drop_named(const struct cmdline_word *word, void *ctx)
{
	return cmdline_word_is(word, ctx);
}

static void check_without(const char *line, const char *name, const char *expected)
{
	_cleanup_free_ char *copy = NULL, *ctx = strdup(name);

	assert_non_null(ctx);
	assert_int_equal(cmdline_without(line, drop_named, ctx, &copy), 0);
	assert_string_equal(copy, expected);
}

static void test_without(_unused_ void **state)
{
	check_without("a b=1 c", "b", "a c");
	check_without("b b=1 b", "b", "");
	check_without("  a \t b=\"x  y\"\n", "c", "a b=\"x  y\"");
	check_without("a bb", "b", "a bb");
	check_without("", "b", "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_words),   cmocka_unit_test(test_odd_words),
		cmocka_unit_test(test_word_is), cmocka_unit_test(test_value),
		cmocka_unit_test(test_without),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
