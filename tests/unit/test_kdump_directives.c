/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/reboot.h>

#include "kdump/conf.h"
#include "kdump/ending.h"

static int parse(const char *text, struct conf *ret, struct err *err)
{
	return conf_parse(text, strlen(text), "kdump.conf", CONF_ADMIN, ret, err);
}

/* @text is refused with @message behind its first line's number, and @hint. */
static void refused(const char *text, const char *message, const char *hint)
{
	static const char where[] = "kdump.conf:1: ";
	struct conf conf = { .path = NULL };
	struct err err = ERR_INIT;

	assert_int_equal(parse(text, &conf, &err), -EINVAL);
	assert_memory_equal(err.text, where, strlen(where));
	assert_string_equal(err.text + strlen(where), message);
	assert_string_equal(err.hint, hint);
	assert_null(conf.path);
}

static struct conf accepted(const char *text)
{
	struct conf conf;
	struct err err = ERR_INIT;

	if (parse(text, &conf, &err) < 0)
		fail_msg("%s", err.text);
	return conf;
}

/* @text is well written, and asks for what the image cannot do; @what follows its place. */
static void unable(const char *text, const char *what)
{
	struct conf conf = accepted(text);
	struct err err = ERR_INIT;
	char expected[256];

	snprintf(expected, sizeof(expected),
		 "kdump.conf:1: %s: the capture image of this version cannot do that yet", what);
	assert_int_equal(conf_check_able(&conf, &err), -ENOTSUP);
	assert_string_equal(err.text, expected);
	assert_string_equal(err.hint, "Remove the line, or make it a comment.");
	conf_done(&conf);
}

static void able(const char *text)
{
	struct conf conf = accepted(text);
	struct err err = ERR_INIT;

	if (conf_check_able(&conf, &err) < 0)
		fail_msg("%s", err.text);
	conf_done(&conf);
}

static void test_defaults(_unused_ void **state)
{
	struct conf conf = accepted("");

	assert_int_equal(conf.failure_action, CONF_REBOOT);
	assert_int_equal(conf.final_action, CONF_REBOOT);
	assert_false(conf.force_rebuild || conf.force_no_rebuild || conf.keep_crashkernel);
	assert_int_equal(conf.keep_dumps + conf.min_free + conf.max_age, 0);
	assert_null(conf.target);
	assert_int_equal(conf.extra_bins.n + conf.extra_modules.n + conf.warnings.n, 0);
	conf_done(&conf);
	able("");
}

static void test_actions(_unused_ void **state)
{
	struct conf conf = accepted("failure_action poweroff\nfinal_action halt");

	assert_int_equal(conf.failure_action, CONF_POWEROFF);
	assert_int_equal(conf.final_action, CONF_HALT);
	assert_int_equal(ending_of(conf.failure_action)->command, (int)RB_POWER_OFF);
	assert_int_equal(ending_of(conf.final_action)->command, (int)RB_HALT_SYSTEM);
	assert_int_equal(ending_of(CONF_REBOOT)->command, RB_AUTOBOOT);
	conf_done(&conf);
	able("failure_action reboot\nfinal_action reboot");
	able("failure_action shell");
	able("failure_action dump_to_rootfs");
	refused("failure_action rebot",
		"Usage kdump.conf: failure_action {reboot|halt|poweroff|shell|dump_to_rootfs}, not "
		"'rebot'",
		"Did you mean 'reboot'?");
	refused("default stop",
		"Usage kdump.conf: default {reboot|halt|poweroff|shell|dump_to_rootfs}, not 'stop'",
		"");
	refused("final_action shell",
		"Usage kdump.conf: final_action {reboot|halt|poweroff}, not 'shell'", "");
}

static void test_old_name(_unused_ void **state)
{
	struct conf conf = accepted("\ndefault halt\n");

	assert_int_equal(conf.failure_action, CONF_HALT);
	assert_int_equal(conf.warnings.n, 1);
	assert_string_equal(conf.warnings.v[0], "kdump.conf:2: warning: default is now called "
						"failure_action; it is taken as that");
	conf_done(&conf);
}

static void test_flags(_unused_ void **state)
{
	struct conf conf = accepted("force_rebuild 1\nforce_no_rebuild 0\n"
				    "auto_reset_crashkernel no");
	struct err err = ERR_INIT;

	assert_true(conf.force_rebuild && !conf.force_no_rebuild && conf.keep_crashkernel);
	conf_done(&conf);
	conf = accepted("auto_reset_crashkernel yes");
	assert_false(conf.keep_crashkernel);
	conf_done(&conf);
	refused("force_rebuild yes", "Error: force_rebuild value is invalid: 'yes'",
		"It is 0 or 1.");
	refused("force_no_rebuild 2", "Error: force_no_rebuild value is invalid: '2'",
		"It is 0 or 1.");
	refused("auto_reset_crashkernel 1",
		"Invalid kdump config value for option 'auto_reset_crashkernel': '1' is neither "
		"yes "
		"nor no",
		"");
	assert_int_equal(parse("force_rebuild 1\nforce_no_rebuild 1\npath /x", &conf, &err),
			 -EINVAL);
	assert_string_equal(err.text, "kdump.conf:2: Error: force_rebuild and force_no_rebuild are "
				      "enabled simultaneously in kdump.conf");
}

static void test_old_dumps(_unused_ void **state)
{
	struct conf conf = accepted("keep_dumps 3\nmin_free 10g\nmax_age 30");

	assert_int_equal(conf.keep_dumps, 3);
	assert_int_equal(conf.min_free, 10ULL << 30);
	assert_int_equal(conf.max_age, 30);
	conf_done(&conf);
	refused("keep_dumps 0",
		"Invalid kdump config value for option 'keep_dumps': '0' is not a whole number "
		"from "
		"1 to 1000000",
		"");
	refused("min_free 1GB",
		"Invalid kdump config value for option 'min_free': '1GB' is not a size",
		"A size is a number of bytes, or of KiB, MiB, GiB or TiB with K, M, G or T behind "
		"it: 500M, 10G.");
}

static void test_crash_loop(_unused_ void **state)
{
	struct conf conf = accepted("crash_loop 3 3600");

	assert_int_equal(conf.crash_loop.count, 3);
	assert_int_equal(conf.crash_loop.seconds, 3600);
	assert_int_equal(conf.crash_loop.action, CONF_POWEROFF);
	conf_done(&conf);
	conf = accepted("crash_loop  2\t86400  halt");
	assert_int_equal(conf.crash_loop.count, 2);
	assert_int_equal(conf.crash_loop.seconds, 86400);
	assert_int_equal(conf.crash_loop.action, CONF_HALT);
	conf_done(&conf);
	conf = accepted("");
	assert_int_equal(conf.crash_loop.count, 0);
	conf_done(&conf);
#define BAD "Invalid kdump config value for option 'crash_loop': "
	refused("crash_loop 3", BAD "1 words",
		"It takes a number of dumps, seconds, and perhaps an action: crash_loop 3 3600 "
		"halt");
	refused("crash_loop 3 60 halt now", BAD "4 words",
		"It takes a number of dumps, seconds, and perhaps an action: crash_loop 3 3600 "
		"halt");
	refused("crash_loop 1 60", BAD "one dump is no loop",
		"final_action says how each capture ends: final_action poweroff");
	refused("crash_loop 3 1h", BAD "'1h' is not a whole number from 1 to 31622400", "");
	refused("crash_loop 0 60", BAD "'0' is not a whole number from 1 to 1000000", "");
	refused("crash_loop 3 60 powerof", BAD "'powerof' is none of halt|poweroff",
		"Did you mean 'poweroff'?");
	refused("crash_loop 3 60 reboot", BAD "'reboot' is none of halt|poweroff", "");
#undef BAD
}

static void test_lists(_unused_ void **state)
{
	struct conf conf = accepted("extra_bins /bin/a 'b c'\nextra_modules x y\n"
				    "fence_kdump_nodes n1\tn2\nfence_kdump_args -p 7410");

	assert_int_equal(conf.extra_bins.n, 2);
	assert_string_equal(conf.extra_bins.v[1], "b c");
	assert_int_equal(conf.extra_modules.n, 2);
	assert_int_equal(conf.fence_kdump_nodes.n, 2);
	assert_string_equal(conf.fence_kdump_nodes.v[1], "n2");
	assert_string_equal(conf.fence_kdump_args, "-p 7410");
	conf_done(&conf);
	refused("extra_bins a \"b", "extra_bins: quote \" has no partner", "");
	able("core_collector builtin");
	refused("core_collector builtin -x", "core_collector builtin takes no options", "");
	refused("core_collector cp 'x", "core_collector: quote ' has no partner", "");
	refused("fence_kdump_args -p '1", "fence_kdump_args: quote ' has no partner", "");
}

static void test_files(_unused_ void **state)
{
	static const char *const names[] = { "sshkey", "kdump_pre", "kdump_post",
					     "kdump_emergency" };

	refused("path var", "path must begin with '/', not 'var'", "");
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		char line[64], message[64];

		snprintf(line, sizeof(line), "%s x", names[i]);
		snprintf(message, sizeof(message), "%s must begin with '/', not 'x'", names[i]);
		refused(line, message, "");
		snprintf(line, sizeof(line), "%s /x", names[i]);
		able(line);
	}
}

static void check_target(const char *text, const char *type, const char *target)
{
	struct conf conf = accepted(text);

	assert_string_equal(conf.target_type, type);
	assert_string_equal(conf.target, target);
	conf_done(&conf);
}

static void test_devices(_unused_ void **state)
{
	check_target("ext4 /dev/vda1", "ext4", "/dev/vda1");
	check_target("xfs LABEL=a b", "xfs", "LABEL=a b");
	check_target("ext2 PARTUUID=1-2", "ext2", "PARTUUID=1-2");
	check_target("btrfs UUID=1", "btrfs", "UUID=1");
	check_target("minix PARTLABEL=x", "minix", "PARTLABEL=x");
	check_target("raw /dev/vda2", "raw", "/dev/vda2");
	refused("ext3 vda1",
		"ext3: 'vda1' is neither a device node nor UUID=, LABEL=, PARTUUID= or PARTLABEL= "
		"with a name",
		"");
	refused("ext3 UIID=5",
		"ext3: 'UIID=5' is neither a device node nor UUID=, LABEL=, PARTUUID= or "
		"PARTLABEL= "
		"with a name",
		"Did you mean 'UUID'?");
	refused("ext3 UUID=", "ext3: nothing stands behind 'UUID='", "");
	refused("raw vda2", "Bad raw disk vda2: it must begin with '/'", "");
}

static void test_network(_unused_ void **state)
{
	static const char nfs_hint[] = "It is written HOST:/EXPORT, an IPv6 address in brackets: "
				       "[2001:db8::1]:/export";
	static const char ssh_hint[] =
		"Please verify that /etc/kdump.conf has 'ssh <user>@<host>' in proper form.";
	static const char *const bad_ssh[] = { "host",    "user@",      "@host", "a@b@c",
					       "-oX=y@h", "user@-host", "u@h:/x" };
	static const char *const bad_nfs[] = { "host",  "host:",          "host:export", ":/export",
					       "[]:/x", "2001:db8::1:/x", "[::1]/x",     "h h:/x" };

	check_target("nfs host.example.com:/export/x", "nfs", "host.example.com:/export/x");
	check_target("nfs [2001:db8::1]:/x", "nfs", "[2001:db8::1]:/x");
	check_target("ssh user@2001:db8::1", "ssh", "user@2001:db8::1");
	check_target("virtiofs tag", "virtiofs", "tag");
	for (size_t i = 0; i < ARRAY_SIZE(bad_ssh); i++) {
		char line[64], message[64];

		snprintf(line, sizeof(line), "ssh %s", bad_ssh[i]);
		snprintf(message, sizeof(message), "Bad ssh dump target %s", bad_ssh[i]);
		refused(line, message, ssh_hint);
	}
	for (size_t i = 0; i < ARRAY_SIZE(bad_nfs); i++) {
		char line[64], message[64];

		snprintf(line, sizeof(line), "nfs %s", bad_nfs[i]);
		snprintf(message, sizeof(message), "Bad nfs dump target %s", bad_nfs[i]);
		refused(line, message, nfs_hint);
	}
	refused("virtiofs two words",
		"virtiofs: 'two words' is no tag: one word of at most 36 bytes", "");
}

static void test_one_target(_unused_ void **state)
{
	struct conf conf;
	struct err err = ERR_INIT;

	assert_int_equal(parse("nfs h:/x\nssh u@h", &conf, &err), -EINVAL);
	assert_string_equal(err.text, "kdump.conf:2: More than one dump targets specified.");
	assert_int_equal(parse("raw /x\ndracut_args --mount '/dev/x /m xfs'", &conf, &err),
			 -EINVAL);
	assert_string_equal(err.text,
			    "kdump.conf:2: dracut_args: More than one dump targets specified.");
}

static void test_dracut_args(_unused_ void **state)
{
	struct conf conf = accepted("dracut_args --mount \"UUID=1 /m xfs logdev=/dev/y,ro\"");

	assert_string_equal(conf.target_type, "xfs");
	assert_string_equal(conf.target, "UUID=1");
	assert_string_equal(conf.mount_options, "logdev=/dev/y,ro");
	conf_done(&conf);
	check_target("dracut_args '--mount=/dev/vda1 /m ext4'", "ext4", "/dev/vda1");
	refused("dracut_args --mount \"/a /m xfs\" --mount \"/b /n xfs\"",
		"dracut_args: Multiple mount targets specified in one \"dracut_args\".", "");
	refused("dracut_args --mount", "dracut_args: --mount needs a value", "");
	refused("dracut_args --mount \"/dev/x /m\"",
		"dracut_args: '/dev/x /m' does not name a mount",
		"It is written --mount \"DEVICE FOLDER TYPE [OPTIONS]\".");
	refused("dracut_args --mount \"vda1 /m ext4\"",
		"dracut_args: ext4: 'vda1' is neither a device node nor UUID=, LABEL=, PARTUUID= "
		"or "
		"PARTLABEL= with a name",
		"");
	conf = accepted("dracut_args --omit plymouth");
	assert_null(conf.target);
	assert_string_equal(conf.dracut_args, "--omit plymouth");
	conf_done(&conf);
	unable("dracut_args --mount \"/dev/x /m vfat\"", "dracut_args --mount \"/dev/x /m vfat\"");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_defaults),   cmocka_unit_test(test_actions),
		cmocka_unit_test(test_old_name),   cmocka_unit_test(test_flags),
		cmocka_unit_test(test_old_dumps),  cmocka_unit_test(test_crash_loop),
		cmocka_unit_test(test_lists),      cmocka_unit_test(test_files),
		cmocka_unit_test(test_devices),    cmocka_unit_test(test_network),
		cmocka_unit_test(test_one_target), cmocka_unit_test(test_dracut_args),
	};

	return cmocka_run_group_tests_name("kdump/directives", tests, NULL, NULL);
}
