/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The order of a dump with fake programs: each writes its name, its argument and what it finds in
 * its environment into one file.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/sysroot.h"

#include "kdump/dumpname.h"
#include "kdump/dumprun.h"
#include "kdump/foldersink.h"
#include "kdump/jsonfield.h"

#include "tests/unit/tree.h"

enum { NOW = 1556220291 }; /* 2019-04-25 19:24:51 UTC */

#define FOLDER "/var/crash/127.0.0.1-2019-04-25-19:24:51"

struct machine {
	struct tree tree;
	char folder[64];
	char vmcore[64], dmesg[64], collect[64];
	struct conf conf;
	struct strv collector;
	struct hooks hooks;
	struct savedump_job job;
	struct sink sink;
	struct capture_record record;
	struct dumprun run;
	unsigned int alive;
};

/* A program that writes down that it was run, and ends so. */
static void hook(const struct machine *m, const char *path, int status)
{
	char text[PATH_MAX];

	snprintf(text, sizeof(text),
		 "#!/bin/sh\necho %s \"$@\" $KDUMP_TARGET ${KDUMP_FOLDER##*/} $KDUMP_VMCORE "
		 ">> %s/ran\nexit %d\n",
		 path, m->tree.dir, status);
	tree_program(&m->tree, path, text);
}

static void count_alive(void *ctx)
{
	((struct machine *)ctx)->alive++;
}

static int set_up(void **state)
{
	struct machine *m = calloc(1, sizeof(*m));
	struct err err = ERR_INIT;

	setenv("TZ", "UTC", 1);
	tree_make(&m->tree);
	snprintf(m->folder, sizeof(m->folder), "%s/var/crash", m->tree.dir);
	snprintf(m->vmcore, sizeof(m->vmcore), "%s/memory", m->tree.dir);
	snprintf(m->dmesg, sizeof(m->dmesg), "%s/dmesg", m->tree.dir);
	snprintf(m->collect, sizeof(m->collect), "%s/collect", m->tree.dir);
	tree_text(&m->tree, "/memory", "memory");
	tree_text(&m->tree, "/dev/kmsg",
		  "6,1,0,-;Linux version 6.1\n6,2,1500000,-;a disk\n SUBSYSTEM=block\n");
	tree_program(&m->tree, "/dmesg", "#!/bin/sh\necho log of $1\n");
	tree_program(&m->tree, "/collect", "#!/bin/sh\ncp \"$1\" \"$2\"\n");
	assert_int_equal(strv_add(&m->collector, m->collect), 0);
	m->conf = (struct conf){ .target_type = (char *)"ext4", .target = (char *)"UUID=1" };
	m->hooks = (struct hooks){ .root = &m->tree.root, .seconds = 10 };
	m->job = (struct savedump_job){ .vmcore = m->vmcore,
					.dmesg = m->dmesg,
					.collector = &m->collector,
					.stall = 10,
					.alive = count_alive,
					.ctx = m,
					.once = true,
					.record = &m->record };
	m->run = (struct dumprun){ &m->conf, &m->hooks, &m->job, &m->sink, &m->record };
	assert_int_equal(foldersink(m->folder, DUMP_NAME_LOCAL, &m->sink, &err), 0);
	*state = m;
	return 0;
}

static int tear_down(void **state)
{
	struct machine *m = *state;

	sink_done(&m->sink);
	strv_done(&m->collector);
	capturerecord_done(&m->record);
	tree_remove(&m->tree);
	free(m);
	return 0;
}

static char *text_of(const struct machine *m, const char *path)
{
	char *text = NULL;

	return sysroot_read(&m->tree.root, path, 65536, &text, NULL, NULL) < 0 ? NULL : text;
}

static void all_hooks(struct machine *m)
{
	m->conf.kdump_pre = (char *)"/opt/pre";
	m->conf.kdump_post = (char *)"/opt/post";
	m->conf.kdump_emergency = (char *)"/opt/emergency";
	hook(m, "/opt/pre", 0);
	hook(m, "/opt/post", 9);
	hook(m, "/opt/emergency", 9);
	hook(m, "/etc/kdump/pre.d/20", 0);
	hook(m, "/etc/kdump/pre.d/10", 3);
	hook(m, "/etc/kdump/pre.d/.hidden", 0);
	tree_text(&m->tree, "/etc/kdump/pre.d/README", "no program");
	hook(m, "/etc/kdump/post.d/a", 1);
	hook(m, "/etc/kdump/emergency.d/a", 1);
}

static void check_ran(const struct machine *m, const char *wanted)
{
	_cleanup_free_ char *ran = text_of(m, "/ran");

	assert_string_equal(ran ? ran : "", wanted);
}

static void check_field(const char *json, const char *key, const char *wanted)
{
	_cleanup_free_ char *value = NULL;

	assert_int_equal(jsonfield_string(json, strlen(json), key, &value), wanted ? 1 : 0);
	if (wanted)
		assert_string_equal(value, wanted);
}

static void check_mode(const struct machine *m, const char *path)
{
	char full[PATH_MAX];
	struct stat st;

	snprintf(full, sizeof(full), "%s%s", m->tree.dir, path);
	assert_int_equal(stat(full, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
}

/* What fails on the way, but kdump_pre, changes nothing; the record and the log tell of it. */
static void test_order(void **state)
{
	struct machine *m = *state;
	_cleanup_free_ char *json = NULL, *log = NULL;
	struct err err = ERR_INIT;

	all_hooks(m);
	assert_int_equal(dumprun(&m->run, NOW, &err), 0);
	check_ran(m, "/opt/pre ext4 UUID=1\n"
		     "/etc/kdump/pre.d/10 ext4 UUID=1\n"
		     "/etc/kdump/pre.d/20 ext4 UUID=1\n"
		     "/etc/kdump/post.d/a 0 ext4 UUID=1 127.0.0.1-2019-04-25-19:24:51 vmcore\n"
		     "/opt/post 0 ext4 UUID=1 127.0.0.1-2019-04-25-19:24:51 vmcore\n");
	dumprun_tell(&m->run);
	json = text_of(m, FOLDER "/capture.json");
	assert_non_null(json);
	check_field(json, "result", "complete");
	check_field(json, "error", NULL);
	check_field(json, "time", "2019-04-25T19:24:51Z");
	check_field(json, "target", "UUID=1");
	check_field(json, "memory", "vmcore");
	assert_non_null(strstr(json, "\"epoch\": 1556220291"));
	assert_non_null(strstr(json, "\"name\": \"kdump_post\",\n      \"result\": \"failed\""));
	assert_non_null(strstr(json, "\"name\": \"memory\",\n      \"result\": \"ok\""));
	log = text_of(m, FOLDER "/kexec-dmesg.log");
	assert_non_null(log);
	assert_memory_equal(log, "[    0.000000] Linux version 6.1\n[    1.500000] a disk\n", 53);
	assert_non_null(strstr(log, "] kdump: saving vmcore complete\n"));
	assert_non_null(strstr(log, "] kdump: kdump_post script exited with non-zero status! "
				    "/opt/post: exitcode:9\n"));
	check_mode(m, FOLDER "/capture.json");
	check_mode(m, FOLDER "/kexec-dmesg.log");
}

static void test_pre_refuses(void **state)
{
	struct machine *m = *state;
	struct err err = ERR_INIT;

	all_hooks(m);
	hook(m, "/opt/pre", 1);
	m->conf.crash_loop = (struct conf_loop){ 1, 600, CONF_POWEROFF };
	assert_int_equal(dumprun(&m->run, NOW, &err), DUMPRUN_REFUSED);
	check_ran(m, "/opt/pre ext4 UUID=1\n");
	assert_int_equal(m->conf.final_action, CONF_REBOOT);
	assert_null(m->sink.where);
	dumprun_tell(&m->run);
	assert_int_equal(access(m->folder, F_OK), -1);
}

/* kdump_pre that cannot be run, or that hangs, is none that allows the dump. */
static void test_pre_cannot_run(void **state)
{
	struct machine *m = *state;
	struct err err = ERR_INIT;

	m->conf.kdump_pre = (char *)"/opt/none";
	assert_int_equal(dumprun(&m->run, NOW, &err), DUMPRUN_REFUSED);
	m->conf.kdump_pre = (char *)"/opt/slow";
	m->hooks.seconds = 1;
	tree_program(&m->tree, "/opt/slow", "#!/bin/sh\nexec sleep 60\n");
	assert_int_equal(dumprun(&m->run, NOW, &err), DUMPRUN_REFUSED);
}

/* The collector's status goes to those after it; then come those for an emergency. */
static void test_failure(void **state)
{
	struct machine *m = *state;
	_cleanup_free_ char *json = NULL, *log = NULL, *dmesg = NULL;
	struct err err = ERR_INIT;

	all_hooks(m);
	tree_program(&m->tree, "/collect", "#!/bin/sh\nexit 7\n");
	assert_int_equal(dumprun(&m->run, NOW, &err), -EIO);
	dumprun_failed(&m->run, &err);
	check_ran(m, "/opt/pre ext4 UUID=1\n"
		     "/etc/kdump/pre.d/10 ext4 UUID=1\n"
		     "/etc/kdump/pre.d/20 ext4 UUID=1\n"
		     "/etc/kdump/post.d/a 7 ext4 UUID=1 127.0.0.1-2019-04-25-19:24:51\n"
		     "/opt/post 7 ext4 UUID=1 127.0.0.1-2019-04-25-19:24:51\n"
		     "/etc/kdump/emergency.d/a ext4 UUID=1 127.0.0.1-2019-04-25-19:24:51\n"
		     "/opt/emergency ext4 UUID=1 127.0.0.1-2019-04-25-19:24:51\n");
	dumprun_tell(&m->run);
	json = text_of(m, FOLDER "/capture.json");
	dmesg = text_of(m, FOLDER "/vmcore-dmesg.txt");
	log = text_of(m, FOLDER "/kexec-dmesg.log");
	assert_non_null(json);
	assert_non_null(dmesg);
	assert_non_null(log);
	check_field(json, "result", "failed");
	check_field(json, "error", "saving vmcore failed, exitcode:7");
	check_field(json, "memory", NULL);
	assert_non_null(strstr(json, "\"status\": 7"));
	assert_non_null(strstr(log, "kdump_emergency: running /opt/emergency"));
}

/* Before anything was mounted: what an emergency asks for, and nothing is written anywhere. */
static void test_failure_before_dump(void **state)
{
	struct machine *m = *state;
	struct err err = ERR_INIT;

	all_hooks(m);
	err_set(&err, -ENODEV, "no disk");
	dumprun_failed(&m->run, &err);
	dumprun_tell(&m->run);
	check_ran(m, "/etc/kdump/emergency.d/a ext4 UUID=1\n/opt/emergency ext4 UUID=1\n");
	assert_int_equal(access(m->folder, F_OK), -1);
}

#define IN_PLACE(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

/* The dump that is saved is one too many; of a test it would not be, where its name is no test's. */
static void test_loop(void **state)
{
	struct machine *m = *state;
	struct selftest test = { .id = "1556220291-000000007" };
	struct err err = ERR_INIT;

	m->conf.crash_loop = (struct conf_loop){ 1, 600, CONF_POWEROFF };
	m->run.test = &test;
	dumprun_count(&m->run, NOW);
	assert_int_equal(m->conf.final_action, CONF_REBOOT);
	m->run.test = NULL;
	assert_int_equal(dumprun(&m->run, NOW, &err), 0);
	assert_int_equal(m->conf.final_action, CONF_POWEROFF);
	assert_int_equal(m->conf.failure_action, CONF_POWEROFF);
}

/* A crash on purpose: the folder has its id, and a file in it tells how it went. */
static void test_of_a_test(void **state)
{
	struct machine *m = *state;
	struct selftest test = { .id = "1556220291-000000007" };
	_cleanup_free_ char *good = NULL, *bad = NULL;
	struct err err = ERR_INIT;

	m->run.test = &test;
	assert_int_equal(sink_set_name(&m->sink, "kdump-test-1556220291-000000007", &err), 0);
	assert_int_equal(dumprun(&m->run, NOW, &err), 0);
	dumprun_tell(&m->run);
	good = text_of(m, "/var/crash/kdump-test-1556220291-000000007/" SELFTEST_NAME);
	assert_non_null(good);
	assert_string_equal(good, "success kdump_test_id=1556220291-000000007\n");

	sink_done(&m->sink);
	assert_int_equal(foldersink(m->folder, DUMP_NAME_LOCAL, &m->sink, &err), 0);
	assert_int_equal(sink_set_name(&m->sink, "kdump-test-1556220291-000000007", &err), 0);
	assert_true(dumprun(&m->run, NOW, &err) < 0); /* there is such a folder already */

	assert_int_equal(sink_set_name(&m->sink, "kdump-test-2-000000007", &err), 0);
	tree_program(&m->tree, "/collect", "#!/bin/sh\nexit 4\n");
	m->record.result = NULL;
	assert_true(dumprun(&m->run, NOW, &err) < 0);
	dumprun_failed(&m->run, &err);
	dumprun_tell(&m->run);
	bad = text_of(m, "/var/crash/kdump-test-2-000000007/" SELFTEST_NAME);
	assert_non_null(bad);
	assert_string_equal(bad, "fail kdump_test_id=1556220291-000000007\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_of_a_test, set_up, tear_down),
		IN_PLACE(test_order),
		IN_PLACE(test_loop),
		IN_PLACE(test_pre_refuses),
		IN_PLACE(test_pre_cannot_run),
		IN_PLACE(test_failure),
		IN_PLACE(test_failure_before_dump),
	};

	return cmocka_run_group_tests_name("kdump/dumprun", tests, NULL, NULL);
}
