/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/sysroot.h"

#include "kdump/conf.h"

static int parse(const char *text, enum conf_place place, struct conf *ret, struct err *err)
{
	return conf_parse(text, strlen(text), "kdump.conf", place, ret, err);
}

static void check_refused(const char *text, const char *message)
{
	struct conf conf = { .path = NULL };
	struct err err = ERR_INIT;

	assert_int_equal(parse(text, CONF_ADMIN, &conf, &err), -EINVAL);
	assert_string_equal(err.text, message);
	assert_null(conf.path);
}

static void check_value(const char *text, const char *path, const char *collector)
{
	struct conf conf;
	struct err err = ERR_INIT;

	assert_int_equal(parse(text, CONF_ADMIN, &conf, &err), 0);
	assert_string_equal(conf.path, path);
	assert_string_equal(conf.collector_text, collector);
	conf_done(&conf);
}

static void test_defaults(_unused_ void **state)
{
	check_value("", "/var/crash", "makedumpfile -l --message-level 7 -d 31");
	check_value("\n# path /x\n \t # y\n", "/var/crash", CONF_DEFAULT_COLLECTOR);
}

static void test_grammar(_unused_ void **state)
{
	check_value("path /a//b///c/", "/a/b/c", CONF_DEFAULT_COLLECTOR);
	check_value("path /", "/", CONF_DEFAULT_COLLECTOR);
	check_value(" \tpath\t \t/a  # comment", "/a", CONF_DEFAULT_COLLECTOR);
	check_value("path /a b\ncore_collector cp --sparse=always", "/a b", "cp --sparse=always");
	check_value("path \"/a # b\" # comment", "/a # b", CONF_DEFAULT_COLLECTOR);
	check_value("core_collector \"makedumpfile -c -d 31\"", "/var/crash",
		    "makedumpfile -c -d 31");
	check_value("core_collector \"a b\" \"c\"", "/var/crash", "\"a b\" \"c\"");
}

static void test_collector_words(_unused_ void **state)
{
	struct conf conf;
	struct err err = ERR_INIT;

	assert_int_equal(parse("core_collector save 'a b' \"\" $(reboot)\n", CONF_ADMIN, &conf,
			       &err),
			 0);
	assert_int_equal(conf.collector.n, 4);
	assert_string_equal(conf.collector.v[1], "a b");
	assert_string_equal(conf.collector.v[2], "");
	assert_string_equal(conf.collector.v[3], "$(reboot)");
	conf_done(&conf);
}

static void test_refusals(_unused_ void **state)
{
	check_refused("\npaht /x\n", "kdump.conf:2: Invalid kdump config option paht");
	check_refused("path\n", "kdump.conf:1: Invalid kdump config value for option 'path'");
	check_refused("path # /x\n", "kdump.conf:1: Invalid kdump config value for option 'path'");
	check_refused("path \"\"\n", "kdump.conf:1: Invalid kdump config value for option 'path'");
	check_refused("path /a\npath /a\n",
		      "kdump.conf:2: Duplicated kdump config value of option path");
	check_refused("net x\n", "kdump.conf:1: Deprecated kdump config option: net. Refer to "
				 "kdump.conf manpage for alternatives.");
	check_refused("default halt\nfailure_action halt\n",
		      "kdump.conf:2: Duplicated kdump config value of option failure_action");
	check_refused("mount_options x\n",
		      "kdump.conf:1: Invalid kdump config option mount_options");
	check_refused("dump_host x\n", "kdump.conf:1: Invalid kdump config option dump_host");
}

/* Those of RHEL 5 and 6; and every directive wants a value. */
static void test_each(_unused_ void **state)
{
	static const char *const deprecated[] = { "net",          "options",         "link_delay",
						  "disk_timeout", "debug_mem_level", "blacklist" };
	static const char *const directives[] = {
		"path",         "raw",
		"nfs",          "ssh",
		"sshkey",       "ext2",
		"ext3",         "ext4",
		"xfs",          "btrfs",
		"minix",        "virtiofs",
		"kdump_pre",    "core_collector",
		"kdump_post",   "kdump_emergency",
		"extra_bins",   "extra_modules",
		"default",      "failure_action",
		"final_action", "force_rebuild",
		"dracut_args",  "force_no_rebuild",
		"keep_dumps",   "auto_reset_crashkernel",
		"min_free",     "fence_kdump_args",
		"max_age",      "fence_kdump_nodes",
	};
	char line[64], message[128];

	for (size_t i = 0; i < ARRAY_SIZE(deprecated); i++) {
		snprintf(line, sizeof(line), "%s x\n", deprecated[i]);
		snprintf(message, sizeof(message),
			 "kdump.conf:1: Deprecated kdump config option: %s. Refer to kdump.conf "
			 "manpage for alternatives.",
			 deprecated[i]);
		check_refused(line, message);
	}
	for (size_t i = 0; i < ARRAY_SIZE(directives); i++) {
		snprintf(message, sizeof(message),
			 "kdump.conf:1: Invalid kdump config value for option '%s'", directives[i]);
		snprintf(line, sizeof(line), "%s\n", directives[i]);
		check_refused(line, message);
		snprintf(line, sizeof(line), "\t%s \t # x\n", directives[i]);
		check_refused(line, message);
	}
}

static void test_near_miss(_unused_ void **state)
{
	struct conf conf;
	struct err err = ERR_INIT;

	assert_int_equal(parse("core_colector cp", CONF_ADMIN, &conf, &err), -EINVAL);
	assert_string_equal(err.hint, "Did you mean 'core_collector'?");
	assert_int_equal(parse("zzz cp", CONF_ADMIN, &conf, &err), -EINVAL);
	assert_string_equal(err.hint, "");
}

static void test_not_text(_unused_ void **state)
{
	static char big[1 << 20];
	struct conf conf;
	struct err err = ERR_INIT;

	check_refused("path /\xff\n", "kdump.conf:1: byte 0xff: this is not text in UTF-8");
	check_refused("path /\xc3\n", "kdump.conf:1: byte 0xc3: this is not text in UTF-8");
	check_refused("\xef\xbb\xbfpath /x\n",
		      "kdump.conf:1: byte order mark: save this file without it");
	check_refused("path /\x1b[2J\n",
		      "kdump.conf:1: control character 0x1b: this is not a text file");
	check_value("path /\xc3\xa4\n", "/\xc3\xa4", CONF_DEFAULT_COLLECTOR);
	check_refused("path /x\r\n", "kdump.conf:1: carriage return: this file has DOS line ends");
	assert_int_equal(conf_parse("path /\0x\n", 9, "kdump.conf", CONF_ADMIN, &conf, &err),
			 -EINVAL);
	assert_string_equal(err.text, "kdump.conf:1: NUL byte: this is not a text file");
	memset(big, 'x', sizeof(big));
	assert_int_equal(conf_parse(big, sizeof(big), "kdump.conf", CONF_ADMIN, &conf, &err),
			 -EINVAL);
	assert_string_equal(err.text, "kdump.conf:1: line of 1048576 bytes; the most is 4096");
}

static void test_image_side(_unused_ void **state)
{
	struct conf conf;
	struct err err = ERR_INIT;

	assert_int_equal(parse("xfs UUID=1-2\npath /x\n", CONF_IMAGE, &conf, &err), 0);
	assert_string_equal(conf.target_type, "xfs");
	assert_string_equal(conf.target, "UUID=1-2");
	assert_null(conf.mount_options);
	conf_done(&conf);
	assert_int_equal(parse("virtiofs t\ndump_host web-0123abcd\n", CONF_IMAGE, &conf, &err), 0);
	assert_string_equal(conf.dump_host, "web-0123abcd");
	conf_done(&conf);
	assert_int_equal(parse("dump_host ../x\n", CONF_IMAGE, &conf, &err), -EINVAL);
	assert_string_equal(err.text,
			    "kdump.conf:1: dump_host '../x' cannot begin the name of a dump");
	assert_int_equal(parse("xfs UUID=1\next4 UUID=2\n", CONF_IMAGE, &conf, &err), -EINVAL);
	assert_string_equal(err.text, "kdump.conf:2: More than one dump targets specified.");
}

/* What is written for the image reads back as it was. */
static void test_format(_unused_ void **state)
{
	static const char *const files[] = {
		"ext4 UUID=5\npath \"/a # b\"\ncore_collector \"cp '#'\"\n",
		"path /a\"b\ncore_collector say \"a b\" c\n",
		"xfs LABEL=a b\nmount_options logdev=/dev/x\nfailure_action halt\n",
		"path /x\nfinal_action poweroff\nfailure_action shell\n",
		"crash_loop 3 3600\nkeep_dumps 7\n",
		"crash_loop 2 60 halt\n",
		"virtiofs tag\ndump_host web-0123abcd\n",
	};

	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		_cleanup_free_ char *text = NULL;
		struct conf conf, again;
		struct err err = ERR_INIT;

		assert_int_equal(parse(files[i], CONF_IMAGE, &conf, &err), 0);
		assert_int_equal(conf_format(&conf, &text, &err), 0);
		assert_int_equal(parse(text, CONF_IMAGE, &again, &err), 0);
		assert_string_equal(again.path, conf.path);
		assert_string_equal(again.collector_text, conf.collector_text);
		assert_string_equal(again.target ? again.target : "",
				    conf.target ? conf.target : "");
		assert_string_equal(again.mount_options ? again.mount_options : "",
				    conf.mount_options ? conf.mount_options : "");
		assert_string_equal(again.dump_host ? again.dump_host : "",
				    conf.dump_host ? conf.dump_host : "");
		assert_int_equal(again.failure_action, conf.failure_action);
		assert_int_equal(again.final_action, conf.final_action);
		assert_int_equal(again.crash_loop.count, conf.crash_loop.count);
		assert_int_equal(again.crash_loop.seconds, conf.crash_loop.seconds);
		assert_int_equal(again.crash_loop.action, conf.crash_loop.action);
		conf_done(&conf);
		conf_done(&again);
	}
}

static void test_unwritable(_unused_ void **state)
{
	struct conf conf = { .path = (char *)"/a\nb", .collector_text = (char *)"cp" };
	struct err err = ERR_INIT;
	char *text = NULL;

	assert_int_equal(conf_format(&conf, &text, &err), -EINVAL);
	conf.path = (char *)"/a";
	conf.target_type = conf.target = (char *)"path";
	assert_int_equal(conf_format(&conf, &text, &err), -EINVAL);
	conf.target = NULL;
	conf.path = (char *)"/a\"#b";
	assert_int_equal(conf_format(&conf, &text, &err), -EINVAL);
	conf.path = (char *)"/a\"b ";
	assert_int_equal(conf_format(&conf, &text, &err), -EINVAL);
	assert_null(text);
}

static void test_shipped(_unused_ void **state)
{
	const struct sysroot here = { .dir = "." };
	_cleanup_free_ char *text = NULL;
	struct err err = ERR_INIT;
	size_t size;

	assert_int_equal(sysroot_read(&here, "/kdump.conf", CONF_FILE_MAX, &text, &size, &err), 0);
	check_value(text, CONF_DEFAULT_PATH, CONF_DEFAULT_COLLECTOR);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_defaults),
		cmocka_unit_test(test_grammar),
		cmocka_unit_test(test_collector_words),
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_each),
		cmocka_unit_test(test_near_miss),
		cmocka_unit_test(test_not_text),
		cmocka_unit_test(test_image_side),
		cmocka_unit_test(test_format),
		cmocka_unit_test(test_unwritable),
		cmocka_unit_test(test_shipped),
	};

	return cmocka_run_group_tests_name("kdump/conf", tests, NULL, NULL);
}
