/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <string.h>

#include "lib/err.h"

static void test_set(_unused_ void **state)
{
	struct err err = ERR_INIT;

	assert_int_equal(err_set(&err, -EINVAL, "%s has %d", "it", 3), -EINVAL);
	assert_string_equal(err.text, "it has 3");
	assert_int_equal(err_hint(&err, -EINVAL, "do %s", "that"), -EINVAL);
	assert_string_equal(err.hint, "do that");
	assert_string_equal(err.text, "it has 3");
	err_set(&err, -EINVAL, "another"); /* a hint is about one error only */
	assert_string_equal(err.text, "another");
	assert_string_equal(err.hint, "");
}

static void test_errno(_unused_ void **state)
{
	struct err err = ERR_INIT;

	err_hint(&err, 0, "old");
	assert_int_equal(err_errno(&err, -ENOENT, "cannot open %s", "x"), -ENOENT);
	assert_string_equal(err.text, "cannot open x: No such file or directory");
	assert_string_equal(err.hint, "");
	assert_int_equal(err_oom(&err), -ENOMEM);
	assert_string_equal(err.text, "out of memory");
}

static void test_prefix(_unused_ void **state)
{
	struct err err = ERR_INIT;

	err_set(&err, -EIO, "inner");
	err_hint(&err, -EIO, "hint");
	assert_int_equal(err_prefix(&err, -EIO, "middle %d", 1), -EIO);
	assert_int_equal(err_prefix(&err, -EIO, "outer"), -EIO);
	assert_string_equal(err.text, "outer: middle 1: inner");
	assert_string_equal(err.hint, "hint");
}

static void test_nobody_cares(_unused_ void **state)
{
	assert_int_equal(err_set(NULL, -EINVAL, "x"), -EINVAL);
	assert_int_equal(err_errno(NULL, -EINVAL, "x"), -EINVAL);
	assert_int_equal(err_prefix(NULL, -EINVAL, "x"), -EINVAL);
	assert_int_equal(err_hint(NULL, -EINVAL, "x"), -EINVAL);
	assert_int_equal(err_oom(NULL), -ENOMEM);
}

static void test_too_long(_unused_ void **state)
{
	char text[2 * ERR_TEXT_MAX];
	struct err err = ERR_INIT;

	memset(text, 'x', sizeof(text));
	text[sizeof(text) - 1] = '\0';
	err_set(&err, -EINVAL, "%s", text);
	assert_int_equal(strlen(err.text), ERR_TEXT_MAX - 1);
	assert_string_equal(err.text + ERR_TEXT_MAX - 5, "x...");
	err_hint(&err, -EINVAL, "%s", text);
	assert_int_equal(strlen(err.hint), ERR_HINT_MAX - 1);
	assert_string_equal(err.hint + ERR_HINT_MAX - 5, "x...");
	err_prefix(&err, -EINVAL, "start");
	assert_int_equal(strlen(err.text), ERR_TEXT_MAX - 1);
	assert_int_equal(strncmp(err.text, "start: xxx", 10), 0);
	err_errno(&err, -ENOENT, "%s", text);
	assert_int_equal(strlen(err.text), ERR_TEXT_MAX - 1);

	/* As long as fits is not cut. */
	text[ERR_TEXT_MAX - 1] = '\0';
	err_set(&err, -EINVAL, "%s", text);
	assert_string_equal(err.text, text);
}

static void check_print(const struct err *err, const char *program, const char *expected)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	assert_non_null(out);
	err_print(out, program, err);
	fclose(out);
	assert_string_equal(text, expected);
	free(text);
}

static void test_print(_unused_ void **state)
{
	struct err err = ERR_INIT;

	check_print(&err, "prog", "prog: unknown error\n");
	err_set(&err, -EIO, "100%% of it");
	check_print(&err, "prog", "prog: 100% of it\n");
	err_hint(&err, -EIO, "try %%s");
	check_print(&err, "prog", "prog: 100% of it\nprog: try %s\n");
	check_print(&err, NULL, "100% of it\ntry %s\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_set),      cmocka_unit_test(test_errno),
		cmocka_unit_test(test_prefix),   cmocka_unit_test(test_nobody_cares),
		cmocka_unit_test(test_too_long), cmocka_unit_test(test_print),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
