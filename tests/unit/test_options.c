/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "lib/options.h"

enum { LOAD = 1, APPEND, TYPE, HIDDEN, COLOR };

static const struct option_row rows[] = {
	{ LOAD, 'l', "load", NULL, "load it" },
	{ APPEND, 0, "append", "STRING", "append STRING" },
	{ APPEND, 0, "command-line", "STRING", "the same" },
	{ TYPE, 't', "type", "TYPE", "take it for TYPE" },
	{ HIDDEN, 0, "hidden", NULL, NULL },
	{ COLOR, 'L', "color", "WHEN", "color it", NULL, true },
};

enum { MAX_ARGS = 8 };

/* What came of a command line: "ID" or "ID=ARG", separated by blanks. */
struct outcome {
	char log[256];
	int first;
	struct err err;
	char *argv[MAX_ARGS + 1];
};

static int note(void *ctx, int id, const char *arg, struct err *err)
{
	struct outcome *o = ctx;
	size_t used = strlen(o->log);

	if (arg && strcmp(arg, "refuse") == 0)
		return err_set(err, -ERANGE, "refused");
	snprintf(o->log + used, sizeof(o->log) - used, "%s%d%s%s", used ? " " : "", id,
		 arg ? "=" : "", arg ? arg : "");
	return 0;
}

static int parse(struct outcome *o, const char *const *args)
{
	int argc = 0;

	*o = (struct outcome){ .first = -1 };
	o->argv[argc++] = (char *)"prog";
	while (args[argc - 1]) {
		o->argv[argc] = (char *)args[argc - 1];
		argc++;
	}
	return options_parse(rows, ARRAY_SIZE(rows), argc, o->argv, note, o, &o->first, &o->err);
}

#define ARGS(...) ((const char *const[]){ __VA_ARGS__, NULL })

static void good(const char *const *args, const char *log, const char *first)
{
	struct outcome o;

	assert_int_equal(parse(&o, args), 0);
	assert_string_equal(o.log, log);
	if (first)
		assert_string_equal(o.argv[o.first], first);
	else
		assert_null(o.argv[o.first]);
}

static void bad(const char *const *args, const char *text)
{
	struct outcome o;

	assert_int_equal(parse(&o, args), -EINVAL);
	assert_string_equal(o.err.text, text);
}

static void test_forms(_unused_ void **state)
{
	good(ARGS("-l", "-t", "elf", "kernel"), "1 3=elf", "kernel");
	good(ARGS("-ltelf"), "1 3=elf", NULL);
	good(ARGS("--load", "--append=x y", "--append", "z"), "1 2=x y 2=z", NULL);
	good(ARGS("--append="), "2=", NULL);
	good(ARGS("--command-line=x"), "2=x", NULL);
	good(ARGS("--comm=x", "--hid"), "2=x 4", NULL);
}

static void test_optional(_unused_ void **state)
{
	good(ARGS("-L", "always"), "5", "always");
	good(ARGS("-Lalways"), "5=always", NULL);
	good(ARGS("-lL", "-L=x"), "1 5 5==x", NULL);
	good(ARGS("--color", "x"), "5", "x");
	good(ARGS("--color=x", "--color="), "5=x 5=", NULL);
}

static void test_order(_unused_ void **state)
{
	struct outcome o;

	/* Options behind other arguments are found, too; systemd calls kexec so. */
	assert_int_equal(parse(&o, ARGS("kernel", "--append", "x", "other")), 0);
	assert_string_equal(o.log, "2=x");
	assert_string_equal(o.argv[o.first], "kernel");
	assert_string_equal(o.argv[o.first + 1], "other");
	good(ARGS("-l", "--", "-t"), "1", "-t");
	good(ARGS("-t", "a", "-t", "b"), "3=a 3=b", NULL);
}

static void test_refused(_unused_ void **state)
{
	bad(ARGS("-q"), "unrecognized option '-q'");
	bad(ARGS("-lq"), "unrecognized option '-q'");
	bad(ARGS("-?"), "unrecognized option '-?'");
	bad(ARGS("--nonsense"), "unrecognized option '--nonsense'");
	bad(ARGS("--append"), "option '--append' needs an argument");
	bad(ARGS("-t"), "option '-t' needs an argument");
	bad(ARGS("--load=x"), "option '--load=x' takes no argument");
}

static void test_handler_stops(_unused_ void **state)
{
	struct outcome o;

	assert_int_equal(parse(&o, ARGS("-l", "-trefuse", "-l")), -ERANGE);
	assert_string_equal(o.log, "1");
	assert_string_equal(o.err.text, "refused");
	assert_int_equal(o.first, -1);
}

static void check_help(const struct option_row *table, size_t count, const char *expected)
{
	_cleanup_free_ char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	assert_non_null(out);
	options_help(out, table, count);
	fclose(out);
	assert_string_equal(text, expected);
}

static void test_help(_unused_ void **state)
{
	check_help(rows, ARRAY_SIZE(rows),
		   " -l, --load                 load it\n"
		   "     --append=STRING        append STRING\n"
		   "     --command-line=STRING  the same\n"
		   " -t, --type=TYPE            take it for TYPE\n"
		   " -L, --color[=WHEN]         color it\n");
}

static void test_help_of_long_names(_unused_ void **state)
{
	static const struct option_row wide = { 1, 0, "a-name-that-is-too-wide", "ARG", "help" };

	check_help(&wide, 1,
		   "     --a-name-that-is-too-wide=ARG\n"
		   "                            help\n");
}

/* No line is longer than a terminal's, and no word is cut or lost. */
static void test_help_wraps(_unused_ void **state)
{
	static const struct option_row row = {
		1, 'x', "x", NULL, "one two three four five six seven eight nine ten eleven twelve",
	};

	check_help(&row, 1,
		   " -x, --x                    one two three four five six seven eight nine ten\n"
		   "                            eleven twelve\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_forms),      cmocka_unit_test(test_order),
		cmocka_unit_test(test_refused),    cmocka_unit_test(test_handler_stops),
		cmocka_unit_test(test_help),       cmocka_unit_test(test_help_of_long_names),
		cmocka_unit_test(test_help_wraps), cmocka_unit_test(test_optional),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
