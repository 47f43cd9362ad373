/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which dumps count as the loop's, and what comes of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "kdump/crashloop.h"
#include "kdump/dumpname.h"
#include "kdump/foldersink.h"

#include "tests/unit/tree.h"

enum { NOW = 1556220291, SECONDS = 600 };

struct machine {
	struct tree tree;
	struct sink sink;
	char folder[PATH_MAX];
};

static int set_up(void **state)
{
	struct machine *m = calloc(1, sizeof(*m));

	assert_non_null(m);
	tree_make(&m->tree);
	snprintf(m->folder, sizeof(m->folder), "%s/crash", m->tree.dir);
	assert_int_equal(foldersink(m->folder, DUMP_NAME_LOCAL, &m->sink, NULL), 0);
	*state = m;
	return 0;
}

static int tear_down(void **state)
{
	struct machine *m = *state;

	sink_done(&m->sink);
	tree_remove(&m->tree);
	free(m);
	return 0;
}

/* A dump that is so many seconds old, of which there is this file. */
static void dump(const struct machine *m, const char *host, time_t age, const char *file)
{
	char name[DUMP_NAME_MAX], path[PATH_MAX];

	dump_name_write(host, NOW - age, name);
	snprintf(path, sizeof(path), "/crash/%s/%s", name, file);
	tree_text(&m->tree, path, "old");
}

static uint64_t count(const struct machine *m)
{
	return crashloop_count(&m->sink, SECONDS, NOW);
}

static void test_count(void **state)
{
	struct machine *m = *state;

	assert_int_equal(count(m), 1); /* not even a folder */
	dump(m, DUMP_NAME_LOCAL, SECONDS + 1, "vmcore");
	assert_int_equal(count(m), 1);
	dump(m, DUMP_NAME_LOCAL, SECONDS, "vmcore");
	assert_int_equal(count(m), 2);
	dump(m, DUMP_NAME_LOCAL, 5, "vmcore-incomplete"); /* they fill the disk as well */
	dump(m, DUMP_NAME_LOCAL, 4, "vmcore-dmesg.txt");
	assert_int_equal(count(m), 4);
	dump(m, DUMP_NAME_LOCAL, -SECONDS - 1, "vmcore");
	tree_text(&m->tree, "/crash/201904251924/dump.201904251924", "another tool's");
	tree_text(&m->tree, "/crash/kept/vmcore", "");
	assert_int_equal(count(m), 4);
	dump(m, DUMP_NAME_LOCAL, -1, "vmcore");       /* the name before was taken */
	dump(m, DUMP_NAME_LOCAL, -SECONDS, "vmcore"); /* by a clock that was right */
	assert_int_equal(count(m), 6);
}

/* Of machines on one server, each has its own dumps. */
static void test_hosts(void **state)
{
	struct machine *m = *state;

	dump(m, DUMP_NAME_LOCAL, 5, "vmcore");
	dump(m, "192.0.2.2", 5, "vmcore");
	dump(m, "192.0.2.2", 9, "vmcore");
	dump(m, "192.0.2.22", 5, "vmcore");
	assert_int_equal(sink_set_host(&m->sink, "192.0.2.2", NULL), 0);
	assert_int_equal(count(m), 3);
	assert_int_equal(crashloop_count(&(struct sink){ .host = NULL }, SECONDS, NOW),
			 CRASHLOOP_UNKNOWN);
	dump(m, "web-0123abcd", 5, "vmcore");
	dump(m, "web-0123abcd-2", 5, "vmcore");
	assert_int_equal(sink_set_host(&m->sink, "web-0123abcd", NULL), 0);
	assert_int_equal(count(m), 2);
	assert_int_equal(sink_set_host(&m->sink, "web", NULL), 0);
	assert_int_equal(count(m), 1);
}

static struct conf watched(const struct machine *m, struct conf conf)
{
	conf.crash_loop = (struct conf_loop){ 3, SECONDS, CONF_HALT };
	crashloop_watch(&m->sink, NOW, &conf);
	return conf;
}

static void test_watch(void **state)
{
	struct machine *m = *state;
	const struct conf plain = { .path = NULL };
	const struct conf own = { .final_action = CONF_POWEROFF, .failure_action = CONF_SHELL };
	struct conf conf = { .path = NULL };

	dump(m, DUMP_NAME_LOCAL, 9, "vmcore");
	assert_int_equal(watched(m, plain).final_action, CONF_REBOOT);
	assert_int_equal(watched(m, plain).failure_action, CONF_REBOOT);
	dump(m, DUMP_NAME_LOCAL, 5, "vmcore");
	assert_int_equal(watched(m, plain).final_action, CONF_HALT);
	assert_int_equal(watched(m, plain).failure_action, CONF_HALT);
	/* What ends anyway, or waits for somebody, is as it was asked for. */
	assert_int_equal(watched(m, own).final_action, CONF_POWEROFF);
	assert_int_equal(watched(m, own).failure_action, CONF_SHELL);
	crashloop_watch(&m->sink, NOW, &conf); /* it is off */
	assert_int_equal(conf.final_action, CONF_REBOOT);
	/* A crash on purpose is none of a loop. */
	assert_int_equal(sink_set_name(&m->sink, "kdump-test-1", NULL), 0);
	assert_int_equal(watched(m, plain).final_action, CONF_REBOOT);
}

#define IN_PLACE(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_PLACE(test_count),
		IN_PLACE(test_hosts),
		IN_PLACE(test_watch),
	};

	return cmocka_run_group_tests_name("kdump/crashloop", tests, NULL, NULL);
}
