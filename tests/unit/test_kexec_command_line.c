/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The new kernel's command line: what is kept of the running one's, what is added. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <string.h>

#include "kexec/command_line.h"
#include "lib/cmdline.h"

static void assert_composed_of(const struct request *request, const char *running,
			       const char *brought, const char *expected)
{
	_cleanup_free_ char *line = NULL;

	assert_int_equal(command_line_compose(request, running, brought, &line, NULL), 0);
	assert_string_equal(line, expected);
}

static void assert_composed(const struct request *request, const char *running,
			    const char *expected)
{
	assert_composed_of(request, running, NULL, expected);
}

static void test_append_sets_it(_unused_ void **state)
{
	const struct request none = { .append = NULL }, some = { .append = "quiet  ro" };

	assert_composed(&none, "root=/dev/sda1", "");
	assert_composed(&some, "root=/dev/sda1", "quiet  ro"); /* the user's words as they are */
}

static void test_reuse(_unused_ void **state)
{
	const struct request reuse = { .given = OPTION_BIT(OPTION_REUSE_CMDLINE) };
	const struct request more = { .given = OPTION_BIT(OPTION_REUSE_CMDLINE),
				      .append = "quiet" };
	const struct request nothing = { .given = OPTION_BIT(OPTION_REUSE_CMDLINE), .append = "" };

	assert_composed(&reuse, "BOOT_IMAGE=/vmlinuz root=/dev/sda1  crashkernel=1G\tro",
			"root=/dev/sda1 crashkernel=1G ro");
	assert_composed(&reuse, "BOOT_IMAGE_2=/vmlinuz ro", "ro");
	assert_composed(&reuse, "initrd=\\EFI\\Linux\\initrd.img ro initrdmem=1 noinitrd",
			"ro initrdmem=1 noinitrd");
	assert_composed(&reuse, "elfcorehdr=640K ro kexec_jump_back_entry=0x1000 no_elfcorehdr=1",
			"ro no_elfcorehdr=1");
	assert_composed(&reuse, "ro no_BOOT_IMAGE=1 BOOT_IMAG=2", "ro no_BOOT_IMAGE=1 BOOT_IMAG=2");
	assert_composed(&more, "ro dyndbg=\"file a.c +p\"", "ro dyndbg=\"file a.c +p\" quiet");
	assert_composed(&more, "", "quiet");
	assert_composed(&nothing, "ro", "ro");
}

/* A capture kernel must not reserve memory for another one. */
static void test_crash_drops_crashkernel(_unused_ void **state)
{
	const struct request crash = {
		.given = OPTION_BIT(OPTION_REUSE_CMDLINE),
		.crash = true,
		.append = "crashkernel=1M",
	};

	assert_composed(&crash, "crashkernel=1G,high ro crashkernel=256M,low x=crashkernel",
			"ro x=crashkernel crashkernel=1M"); /* the user's own stays */
}

/* What the image brought counts where the user said nothing of a command line. */
static void test_brought(_unused_ void **state)
{
	const struct request none = { .append = NULL }, some = { .append = "quiet" };
	const struct request empty = { .append = "" },
			     reuse = { .given = OPTION_BIT(OPTION_REUSE_CMDLINE) };
	const struct request crash = { .crash = true };
	const char *brought = "root=/dev/sdb1 crashkernel=1G";

	assert_composed_of(&none, "ro", brought, brought);
	assert_composed_of(&some, "ro", brought, "quiet");
	assert_composed_of(&empty, "ro", brought, "");
	assert_composed_of(&reuse, "ro", brought, "ro");
	assert_composed_of(&crash, "ro", brought, "root=/dev/sdb1");
}

static void test_add(_unused_ void **state)
{
	_cleanup_free_ char *line = strdup("");

	assert_int_equal(cmdline_add(&line, "a", NULL), 0);
	assert_int_equal(cmdline_add(&line, "", NULL), 0);
	assert_int_equal(cmdline_add(&line, "b=c", NULL), 0);
	assert_string_equal(line, "a b=c");
}

static void test_limit(_unused_ void **state)
{
	struct err err = ERR_INIT;

	assert_int_equal(command_line_check("12345", 5, &err), 0);
	assert_int_equal(command_line_check("", 0, &err), 0);
	assert_int_equal(command_line_check("12345", 4, &err), -E2BIG);
	assert_non_null(strstr(err.text, "Command line overflow"));
	assert_non_null(strstr(err.text, "5 characters"));
	assert_non_null(strstr(err.text, "takes 4"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_append_sets_it),
		cmocka_unit_test(test_reuse),
		cmocka_unit_test(test_crash_drops_crashkernel),
		cmocka_unit_test(test_brought),
		cmocka_unit_test(test_add),
		cmocka_unit_test(test_limit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
