/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Command lines and what they ask for: every action, every pair of actions in either order. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kexec/request.h"

enum { MAX_ARGS = 12, TEXT_MAX = 256 };

/* A command line, cut at its blanks; request points into it. */
struct line {
	char text[TEXT_MAX];
	char *argv[MAX_ARGS + 2];
	int argc;
	struct request request;
	struct err err;
};

static int parse(struct line *line, const char *text)
{
	*line = (struct line){ .argc = 1 };
	snprintf(line->text, sizeof(line->text), "kexec %s", text);
	line->argv[0] = strtok(line->text, " ");
	for (char *arg; (arg = strtok(NULL, " ")); line->argc++) {
		assert_true(line->argc <= MAX_ARGS);
		line->argv[line->argc] = arg;
	}
	return request_parse(line->argc, line->argv, &line->request, &line->err);
}

static const char *action_name(enum action action)
{
	static const char *const names[] = {
		[ACTION_REBOOT] = "reboot",       [ACTION_LOAD] = "load",
		[ACTION_UNLOAD] = "unload",       [ACTION_EXEC] = "exec",
		[ACTION_FORCE] = "force",         [ACTION_STATUS] = "status",
		[ACTION_HELP] = "help",           [ACTION_VERSION] = "version",
		[ACTION_JUMP_BACK] = "jump back", [ACTION_CRASH_SIZE] = "crash size",
	};

	return names[action];
}

/* "ACTION[ crash][ KERNEL]", or "refused: TEXT" with as much of the text as @expected has. */
static void assert_request(const char *text, const char *expected)
{
	char got[TEXT_MAX];
	struct line line;
	int r = parse(&line, text);

	if (r < 0) {
		assert_int_equal(r, -EINVAL);
		snprintf(got, sizeof(got), "refused: %s", line.err.text);
		if (strncmp(expected, "refused: ", 9) == 0)
			got[strlen(expected) < sizeof(got) ? strlen(expected) : 0] = '\0';
	} else {
		snprintf(got, sizeof(got), "%s%s%s%s", action_name(line.request.action),
			 line.request.crash ? " crash" : "", line.request.kernel ? " " : "",
			 line.request.kernel ? line.request.kernel : "");
	}
	if (strcmp(got, expected) != 0)
		print_message("# of: kexec %s\n", text);
	assert_string_equal(got, expected);
}

struct expectation {
	const char *line;
	const char *expected;
};

static void check_all(const struct expectation *e, size_t count)
{
	for (size_t i = 0; i < count; i++)
		assert_request(e[i].line, e[i].expected);
}

static void test_one_action(_unused_ void **state)
{
	static const struct expectation cases[] = {
		{ "", "reboot" },
		{ "K", "reboot K" },
		{ "-l K", "load K" },
		{ "--load K", "load K" },
		{ "-p K", "load crash K" },
		{ "--load-panic K", "load crash K" },
		{ "-u", "unload" },
		{ "--unload", "unload" },
		{ "-e", "exec" },
		{ "--exec", "exec" },
		{ "-f K", "force K" },
		{ "--force K", "force K" },
		{ "-f", "force" },
		{ "-S", "status crash" },
		{ "--status", "status crash" },
		{ "-h", "help" },
		{ "--help", "help" },
		{ "-v", "version" },
		{ "--version", "version" },
	};

	check_all(cases, ARRAY_SIZE(cases));
}

/* Of two actions the last one wins, but for the pairs whose order cannot matter. */
static void test_two_actions(_unused_ void **state)
{
	static const struct expectation cases[] = {
		{ "-l -p K", "load crash K" },
		{ "-p -l K", "load crash K" },
		{ "-l -u", "unload" },
		{ "-u -l K", "load K" },
		{ "-l -e", "exec" },
		{ "-e -l K", "load K" },
		{ "-l -f K", "force K" },
		{ "-f -l K", "load K" },
		{ "-l -S", "status" },
		{ "-S -l", "status" },
		{ "-p -u", "unload crash" },
		{ "-u -p", "unload crash" },
		{ "-pu", "unload crash" },
		{ "-up", "unload crash" },
		{ "-p -f K", "refused: --force boots a kernel now" },
		{ "-f -p K", "refused: --force boots a kernel now" },
		{ "-p -S", "status crash" },
		{ "-S -p", "status crash" },
		{ "-u -e", "exec" },
		{ "-e -u", "unload" },
		{ "-u -f K", "force K" },
		{ "-f -u", "unload" },
		{ "-u -S", "status crash" },
		{ "-S -u", "status crash" },
		{ "-e -f", "exec" },
		{ "-f -e", "exec" },
		{ "-e -f K", "force K" },
		{ "-e -S", "status crash" },
		{ "-S -e", "status crash" },
		{ "-f -S", "status crash" },
		{ "-S -f", "status crash" },
	};

	check_all(cases, ARRAY_SIZE(cases));
}

static void test_more_actions(_unused_ void **state)
{
	static const struct expectation cases[] = {
		{ "-s -p -u", "unload crash" },
		{ "-a -p -u", "unload crash" },
		{ "-p -l -S", "status" },
		{ "-d -S", "status crash" },
		{ "-S -d", "status crash" },
		{ "-l -d -S", "status" },
		{ "-l -u -l K", "load K" },
		{ "--load-preserve-context --mem-max=9 K", "load K" },
		{ "--load-preserve-context --mem-max=9 -f K", "force K" },
		{ "-f --load-preserve-context --mem-max=9 K", "force K" },
		{ "-e --load-preserve-context --mem-max=9", "refused: --mem-max needs a kernel" },
		{ "--load-jump-back-helper --entry=1 -c -i --mem-max=9", "jump back" },
		{ "-l -v --no-such", "version" },
		{ "-l -h --no-such", "help" },
		{ "--no-such -h", "refused: unrecognized option '--no-such'" },
	};

	check_all(cases, ARRAY_SIZE(cases));
}

static void test_unexpected_arguments(_unused_ void **state)
{
	static const struct expectation cases[] = {
		{ "-l K L", "refused: unexpected argument 'L'" },
		{ "K L", "refused: unexpected argument 'L'" },
		{ "-e K", "refused: unexpected argument 'K'" },
		{ "-u K", "refused: unexpected argument 'K'" },
		{ "-p -u K", "refused: unexpected argument 'K'" },
		{ "-u -p K", "refused: unexpected argument 'K'" },
		{ "-f -e K", "refused: unexpected argument 'K'" },
		{ "-e --append=x", "refused: --append needs a kernel" },
		{ "-u --initrd=x", "refused: --initrd needs a kernel" },
		{ "-e --reuse-cmdline", "refused: --reuse-cmdline needs a kernel" },
		{ "-u --dry-run", "refused: --dry-run needs a kernel" },
		{ "--load-jump-back-helper --entry=1 --dry-run",
		  "refused: --dry-run needs a kernel" },
		{ "--load-jump-back-helper --entry=1 --initrd=x",
		  "refused: --initrd needs a kernel" },
		{ "-l --append", "refused: option '--append' needs an argument" },
		{ "-l --load=x K", "refused: option '--load=x' takes no argument" },
		{ "-l --no K", "refused: ambiguous option '--no'" },
		{ "-l -z K", "refused: unrecognized option '-z'" },
		{ "-lz K", "refused: unrecognized option '-z'" },
		{ "-l --load-live-update K",
		  "refused: --load-live-update can only be used with xen" },
	};

	check_all(cases, ARRAY_SIZE(cases));
}

/* Set by the user, options end at the first argument that is none. */
static void test_posix(_unused_ void **state)
{
	static const struct expectation cases[] = {
		{ "-l K", "load K" },
		{ "K -l", "refused: unexpected argument '-l'" },
	};

	assert_request("K -l", "load K");
	assert_int_equal(setenv("POSIXLY_CORRECT", "1", 1), 0);
	check_all(cases, ARRAY_SIZE(cases));
	assert_int_equal(unsetenv("POSIXLY_CORRECT"), 0);
}

/* Of the files of one kind there is a most; what is beyond it is not dropped. */
static void test_too_many_files(_unused_ void **state)
{
	char program[] = "kexec", text[REQUEST_FILES_MAX + 1][24];
	char *argv[REQUEST_FILES_MAX + 3] = { program };
	struct request request;
	struct err err = ERR_INIT;

	for (int i = 0; i <= REQUEST_FILES_MAX; i++) {
		snprintf(text[i], sizeof(text[i]), "--initrd=%d", i);
		argv[i + 1] = text[i];
	}
	assert_int_equal(request_parse(REQUEST_FILES_MAX + 1, argv, &request, &err), 0);
	assert_int_equal(request.initrds.count, REQUEST_FILES_MAX);
	assert_int_equal(request_parse(REQUEST_FILES_MAX + 2, argv, &request, &err), -EINVAL);
	assert_string_equal(err.text, "more than 64 files: '64' is one too many");
}

static void test_values(_unused_ void **state)
{
	static const char *const lines[] = {
		"-l K --initrd=I --append=A",
		"-l --ramdisk=I --command-line=A K",
		"-l K --initrd I --append A",
		"--load --init=I --app=A K",
		"-l --append=B --append=A K --initrd=I",
		"-l --command-line=B --app A --ram I -- K",
	};

	for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
		struct line line;

		assert_int_equal(parse(&line, lines[i]), 0);
		assert_int_equal(line.request.action, ACTION_LOAD);
		assert_string_equal(line.request.kernel, "K");
		assert_int_equal(line.request.initrds.count, 1);
		assert_string_equal(line.request.initrds.names[0], "I");
		assert_string_equal(line.request.append, "A");
		assert_false(request_has(&line.request, OPTION_REUSE_CMDLINE));
	}
}

/* A value that looks like an option, and one of several words, as a shell hands them over. */
static void test_value_is_taken_whole(_unused_ void **state)
{
	char words[][24] = { "kexec", "-l", "K", "--append", "-u root=/dev/sda1", "--initrd=" };
	char *argv[ARRAY_SIZE(words) + 1] = { NULL };
	struct request request;
	struct err err = ERR_INIT;

	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		argv[i] = words[i];
	assert_int_equal(request_parse(ARRAY_SIZE(words), argv, &request, &err), 0);
	assert_int_equal(request.action, ACTION_LOAD);
	assert_string_equal(request.append, "-u root=/dev/sda1");
	assert_string_equal(request.initrds.names[0], "");
}

static void test_switches(_unused_ void **state)
{
	const uint64_t switches = OPTION_BIT(OPTION_NO_CHECKS) | OPTION_BIT(OPTION_NO_IFDOWN) |
				  OPTION_BIT(OPTION_NO_SYNC) | OPTION_BIT(OPTION_DEBUG) |
				  OPTION_BIT(OPTION_DRY_RUN) | OPTION_BIT(OPTION_REUSE_CMDLINE);
	struct line line;

	assert_int_equal(parse(&line, "-l K"), 0);
	assert_int_equal(line.request.syscall, SYSCALL_AUTO);
	assert_int_equal(line.request.given, OPTION_BIT(OPTION_LOAD));
	assert_int_equal(line.request.initrds.count, 0);
	assert_null(line.request.append);
	assert_int_equal(parse(&line, "-l -ixyd -c --reuse-cmdline --dry-run --sysroot=/r K"), 0);
	assert_int_equal(line.request.syscall, SYSCALL_SEGMENTS);
	assert_int_equal(line.request.given & switches, switches);
	assert_string_equal(line.request.root.dir, "/r");
	assert_int_equal(parse(&line, "-c -a -s -l K"), 0);
	assert_int_equal(line.request.syscall, SYSCALL_FILE);
	assert_int_equal(parse(&line, "-s -a -l K"), 0);
	assert_int_equal(line.request.syscall, SYSCALL_AUTO);
	assert_int_equal(parse(&line, "--kexec-file-syscall --kexec-syscall -l K"), 0);
	assert_int_equal(line.request.syscall, SYSCALL_SEGMENTS);
}

/* Each option that the help shows is one that is taken. */
static void test_help_lists_options(_unused_ void **state)
{
	static const char *const names[] = {
		"--load",    "--load-panic", "--unload",        "--exec",
		"--force",   "--status",     "--initrd=",       "--append=",
		"--no-sync", "--no-checks",  "--reuse-cmdline", "--kexec-file-syscall",
		"--debug",   "--dry-run",    "--command-line=", "--kexec-syscall-auto",
	};
	_cleanup_free_ char *text = NULL;
	size_t size;
	FILE *f = open_memstream(&text, &size);

	assert_non_null(f);
	request_help(f);
	fclose(f);
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		assert_non_null(strstr(text, names[i]));
	assert_null(strstr(text, "--sysroot"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_one_action),   cmocka_unit_test(test_two_actions),
		cmocka_unit_test(test_more_actions), cmocka_unit_test(test_unexpected_arguments),
		cmocka_unit_test(test_values),       cmocka_unit_test(test_value_is_taken_whole),
		cmocka_unit_test(test_switches),     cmocka_unit_test(test_help_lists_options),
		cmocka_unit_test(test_posix),        cmocka_unit_test(test_too_many_files),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
