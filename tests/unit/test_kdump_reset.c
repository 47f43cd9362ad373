/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Default values of crashkernel=, and lines of boot loaders' files that get one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "kdump/bootedit.h"
#include "kdump/defaults.h"
#include "kdump/grubby.h"

#define GIB ((uint64_t)1 << 30)

static void check_default(struct defaults_machine machine, const char *expected)
{
	char value[CRASHKERNEL_TEXT_MAX];
	struct err err = ERR_INIT;

	if (machine.page_size == 0)
		machine.page_size = 4096;
	assert_int_equal(defaults_value(&machine, DEFAULTS_KDUMP, value, &err), 0);
	assert_string_equal(value, expected);
}

static void test_defaults(_unused_ void **state)
{
	static const char x86[] = "2G-64G:256M,64G-:512M";

	check_default((struct defaults_machine){ .arch = "x86_64" }, x86);
	check_default((struct defaults_machine){ .arch = "x86_64", .memory = 8 * GIB }, x86);
	check_default((struct defaults_machine){ .arch = "x86_64", .memory = GIB },
		      "512M-2G:128M,2G-64G:256M,64G-:512M");
	check_default((struct defaults_machine){ .arch = "x86_64", .encrypted = true },
		      "2G-64G:320M,64G-:576M");
	check_default((struct defaults_machine){ .arch = "s390x", .encrypted = true }, x86);
	check_default((struct defaults_machine){ .arch = "aarch64" },
		      "2G-4G:256M,4G-64G:320M,64G-:576M");
	check_default((struct defaults_machine){ .arch = "aarch64", .mlx5 = true, .smmu = true },
		      "2G-4G:406M,4G-64G:470M,64G-:726M");
	check_default((struct defaults_machine){ .arch = "aarch64", .page_size = 65536 },
		      "2G-4G:356M,4G-64G:420M,64G-:676M");
	check_default((struct defaults_machine){ .arch = "aarch64",
						 .page_size = 65536,
						 .mlx5 = true,
						 .smmu = true },
		      "2G-4G:940M,4G-64G:1004M,64G-:1260M");
	check_default((struct defaults_machine){ .arch = "ppc64le", .nr_cpus = 16 },
		      "2G-4G:400M,4G-16G:528M,16G-64G:1040M,64G-128G:2064M,128G-:4112M");
}

static void test_fadump(_unused_ void **state)
{
	const struct defaults_machine power = { .arch = "ppc64le", .page_size = 65536 };
	char value[CRASHKERNEL_TEXT_MAX];
	struct err err = ERR_INIT;

	assert_int_equal(defaults_value(&power, DEFAULTS_FADUMP, value, &err), 0);
	assert_string_equal(value, "4G-16G:768M,16G-64G:1G,64G-128G:2G,128G-1T:4G,1T-2T:6G,"
				   "2T-4T:12G,4T-8T:20G,8T-16T:36G,16T-32T:64G,32T-64T:128G,"
				   "64T-:180G");
}

static void test_no_default(_unused_ void **state)
{
	const struct defaults_machine machine = { .arch = "vax" }, pc = { .arch = "x86_64" };
	char value[CRASHKERNEL_TEXT_MAX];
	struct err err = ERR_INIT;

	assert_int_equal(defaults_value(&machine, DEFAULTS_KDUMP, value, &err), -ENOTSUP);
	assert_string_equal(err.text, "no default is known for vax");
	assert_int_equal(defaults_value(&pc, DEFAULTS_FADUMP, value, &err), -ENOTSUP);
	assert_true(defaults_is_known("auto") && defaults_is_known("384M-:128M"));
	assert_false(defaults_is_known("") || defaults_is_known("300M"));
}

static void test_line(_unused_ void **state)
{
	static const char *const cases[][2] = {
		{ "", "crashkernel=X" },
		{ "ro quiet", "ro quiet crashkernel=X" },
		{ "crashkernel=auto ro", "ro crashkernel=X" },
		{ "a crashkernel=1G,high  b\tcrashkernel=1M,low", "a b crashkernel=X" },
		{ "x=\"1 crashkernel=2\" nocrashkernel=1", "x=\"1 crashkernel=2\" nocrashkernel=1 "
							   "crashkernel=X" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_cleanup_free_ char *line = NULL;

		assert_int_equal(bootedit_line(cases[i][0], "X", &line), 0);
		assert_string_equal(line, cases[i][1]);
	}
}

static void test_assignment(_unused_ void **state)
{
	static const char *const cases[][2] = {
		{ "A=", "A=\"crashkernel=X\"" },
		{ "A=\"\"", "A=\"crashkernel=X\"" },
		{ "A=quiet", "A=\"quiet crashkernel=X\"" },
		{ "A=\"ro  quiet\"  ", "A=\"ro quiet crashkernel=X\"" },
		{ "  export A='ro crashkernel=auto'", "  export A='ro crashkernel=X'" },
		{ "A=\"$A b=\\\"1 2\\\"\"", "A=\"$A b=\\\"1 2\\\" crashkernel=X\"" },
	};
	static const char *const refused[] = { "A",        "A=\"a",           "A='a",
					       "A=\"a\"b", "A=\"a\"'b'\"c\"", "A=a b",
					       "A=a\\ b",  "A=\"a\\\"",       "A=\"" };
	char *line = NULL;

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		assert_int_equal(bootedit_assignment(cases[i][0], "X", &line), 0);
		assert_string_equal(line, cases[i][1]);
		free(line);
	}
	line = NULL;
	for (size_t i = 0; i < ARRAY_SIZE(refused); i++)
		if (bootedit_assignment(refused[i], "X", &line) != -EINVAL || line)
			fail_msg("%s: %s", refused[i], line);
}

static void test_grubby(_unused_ void **state)
{
	struct grubby grubby = { NULL };

	assert_int_equal(grubby_parse("args=\"lost\"\nindex=0\nkernel=\"/boot/vmlinuz-5\"\n"
				      "args=\"ro quiet\"\ntitle=\"index=7\"\nindex=12\n"
				      "kernel=/boot/vmlinuz-5\nnon linux entry\nindex=13\n",
				      &grubby),
			 0);
	assert_int_equal(grubby.count, 3);
	assert_string_equal(grubby.entries[0].index, "0");
	assert_string_equal(grubby.entries[0].kernel, "/boot/vmlinuz-5");
	assert_string_equal(grubby.entries[0].args, "ro quiet");
	assert_string_equal(grubby.entries[1].index, "12");
	assert_string_equal(grubby.entries[1].kernel, "/boot/vmlinuz-5");
	assert_null(grubby.entries[1].args);
	assert_null(grubby.entries[2].kernel);
	grubby_done(&grubby);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_defaults),   cmocka_unit_test(test_fadump),
		cmocka_unit_test(test_no_default), cmocka_unit_test(test_line),
		cmocka_unit_test(test_assignment), cmocka_unit_test(test_grubby),
	};

	return cmocka_run_group_tests_name("kdump/reset", tests, NULL, NULL);
}
