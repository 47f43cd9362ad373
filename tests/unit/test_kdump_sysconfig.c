/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "kdump/capcmdline.h"
#include "kdump/sysconfig.h"
#include "kdump/words.h"

static void check_refused(const char *text, const char *message)
{
	struct sysconfig conf;
	struct err err = ERR_INIT;

	assert_int_equal(sysconfig_parse(text, "kdump", &conf, &err), -EINVAL);
	assert_string_equal(err.text, message);
}

static void test_assignments(_unused_ void **state)
{
	struct sysconfig conf;
	struct err err = ERR_INIT;

	assert_int_equal(sysconfig_parse("# x\nKDUMP_KERNELVER=6.1 # why\n"
					 "  export KEXEC_ARGS='-s $x'\nOTHER=1\n"
					 "KDUMP_COMMANDLINE=\"a b=\\\"c d\\\"\"\n"
					 "KDUMP_IMG=one\nKDUMP_IMG=two",
					 "kdump", &conf, &err),
			 0);
	assert_string_equal(conf.kernel_version, "6.1");
	assert_string_equal(conf.kexec_args, "-s $x");
	assert_string_equal(conf.commandline, "a b=\"c d\"");
	assert_string_equal(conf.image_name, "two");
	assert_string_equal(conf.image_ext, "");
	assert_non_null(strstr(conf.commandline_append, "nr_cpus=1"));
	sysconfig_done(&conf);
}

static void test_refusals(_unused_ void **state)
{
	check_refused("\nreboot\n", "kdump:2: this is not an assignment");
	check_refused("A = b\n", "kdump:1: this is not an assignment");
	check_refused("A+=b\n", "kdump:1: this is not an assignment");
	check_refused("A=\"\n\"\nKEXEC_ARGS=$(reboot)\n", "kdump:3: '$' has no meaning here");
	check_refused("KEXEC_ARGS=\"`reboot`\"\n", "kdump:1: '`' has no meaning here");
	check_refused("A='b\n", "kdump:1: quote ' has no partner");
	check_refused("A=b c\n", "kdump:1: more than one word in the value");
}

/* The file that we install says what holds without it. */
static void test_shipped(_unused_ void **state)
{
	const struct sysroot here = { .dir = "." };
	_cleanup_free_ char *text = NULL;
	struct sysconfig shipped, none;
	struct err err = ERR_INIT;

	assert_int_equal(sysroot_read(&here, "/units/kdump.sysconfig", SYSCONFIG_FILE_MAX, &text,
				      NULL, &err),
			 0);
	assert_int_equal(sysconfig_parse(text, "kdump", &shipped, &err), 0);
	assert_int_equal(sysconfig_parse("", "kdump", &none, &err), 0);
	assert_string_equal(shipped.kernel_version, none.kernel_version);
	assert_string_equal(shipped.commandline, none.commandline);
	assert_string_equal(shipped.commandline_remove, none.commandline_remove);
	assert_string_equal(shipped.commandline_append, none.commandline_append);
	assert_string_equal(shipped.kexec_args, none.kexec_args);
	assert_string_equal(shipped.boot_dir, none.boot_dir);
	assert_string_equal(shipped.image_name, none.image_name);
	assert_string_equal(shipped.image_ext, none.image_ext);
	sysconfig_done(&shipped);
	sysconfig_done(&none);
}

static void check_edit(const char *base, const char *drop, const char *append, const char *line)
{
	_cleanup_free_ char *got = NULL;

	assert_int_equal(capcmdline_edit(base, drop, append, &got), 0);
	assert_string_equal(got, line);
}

static void test_edit(_unused_ void **state)
{
	check_edit("b=1 xb b2 b b='x'", "b", "", "xb b2");
	check_edit("b=\"x y\" c=\"1 2\"", "b=x", "", "c=\"1 2\"");
	check_edit("a  x=0", "x", "x=\"1 2\"", "a x=\"1 2\"");
	check_edit("crashkernel=256M root=/dev/sda ro panic_on_warn=1 rd.lvm.lv=a/b init=/x", "",
		   "y", "ro y");
	check_edit("a", "", "", "a");
	check_edit("", "", " b", "b");
}

static void test_unquote_line(_unused_ void **state)
{
	char *argv[] = { (char *)"/sbin/kexec", (char *)"--command-line=a 'b' \"c\"", (char *)"",
			 (char *)"x=$y", NULL };
	_cleanup_free_ char *line = words_line(argv);
	_cleanup_(strv_done) struct strv again = { NULL };
	struct err err = ERR_INIT;

	assert_string_equal(line, "/sbin/kexec '--command-line=a '\\''b'\\'' \"c\"' '' 'x=$y'");
	assert_int_equal(words_split(line, &again, &err), 0);
	assert_int_equal(again.n, 4);
	for (size_t i = 0; i < again.n; i++)
		assert_string_equal(again.v[i], argv[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_assignments),  cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_shipped),      cmocka_unit_test(test_edit),
		cmocka_unit_test(test_unquote_line),
	};

	return cmocka_run_group_tests_name("kdump/sysconfig", tests, NULL, NULL);
}
