/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "lib/sysroot.h"

#include "kdump/dumpname.h"
#include "kdump/foldersink.h"
#include "kdump/guard.h"
#include "kdump/modload.h"
#include "kdump/run.h"
#include "kdump/savedump.h"
#include "kdump/words.h"

enum { NOW = 1556220291 }; /* 2019-04-25 19:24:51 UTC */

/* A scratch folder with a fake memory file and programs that stand for the real ones. */
struct place {
	char dir[64];
	char vmcore[80], dmesg[80], collector[80], folder[80];
	unsigned int alive;
};

static void write_file(const char *path, const char *text, mode_t mode)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	fputs(text, f);
	assert_int_equal(fclose(f), 0);
	assert_int_equal(chmod(path, mode), 0);
}

static int set_up(void **state)
{
	struct place *p = calloc(1, sizeof(*p));

	snprintf(p->dir, sizeof(p->dir), "/tmp/savedump.XXXXXX");
	assert_non_null(mkdtemp(p->dir));
	snprintf(p->vmcore, sizeof(p->vmcore), "%s/memory", p->dir);
	snprintf(p->dmesg, sizeof(p->dmesg), "%s/dmesg", p->dir);
	snprintf(p->collector, sizeof(p->collector), "%s/collect", p->dir);
	snprintf(p->folder, sizeof(p->folder), "%s/var/crash", p->dir);
	write_file(p->vmcore, "memory", 0600);
	write_file(p->dmesg, "#!/bin/sh\necho log of $1\n", 0700);
	write_file(p->collector, "#!/bin/sh\ncp \"$2\" \"$3\"\n", 0700);
	setenv("TZ", "UTC", 1);
	tzset();
	*state = p;
	return 0;
}

static int tear_down(void **state)
{
	struct place *p = *state;
	char *argv[] = { (char *)"/bin/rm", (char *)"-rf", p->dir, NULL };
	const struct run_options options = { .seconds = 10 };
	struct err err = ERR_INIT;
	int status;

	assert_int_equal(run_program(argv, &options, &status, &err), 0);
	free(p);
	return status;
}

static void count_alive(void *ctx)
{
	((struct place *)ctx)->alive++;
}

static int save(struct place *p, const char *option, unsigned int stall, struct err *err)
{
	_cleanup_(strv_done) struct strv collector = { NULL };
	_cleanup_(sink_done) struct sink sink = { NULL };
	_cleanup_(capturerecord_done) struct capture_record record = { .n = 0 };
	const struct savedump_job job = { .vmcore = p->vmcore,
					  .dmesg = p->dmesg,
					  .collector = &collector,
					  .stall = stall,
					  .alive = count_alive,
					  .ctx = p,
					  .once = true,
					  .record = &record };

	assert_int_equal(strv_add(&collector, p->collector), 0);
	assert_int_equal(strv_add(&collector, option), 0);
	assert_int_equal(foldersink(p->folder, DUMP_NAME_LOCAL, &sink, err), 0);
	return savedump(&job, &sink, NOW, err);
}

/* The text of a file of the dump of NOW, or NULL; it must be for its owner's eyes only. */
static char *saved(const struct place *p, const char *name)
{
	char path[256];
	char *text = NULL;
	struct stat st;
	const struct sysroot here = { .dir = "" };

	snprintf(path, sizeof(path), "%s/127.0.0.1-2019-04-25-19:24:51/%s", p->folder, name);
	if (stat(path, &st) < 0)
		return NULL;
	assert_int_equal(st.st_mode & 07777, 0600);
	assert_int_equal(sysroot_read(&here, path, 4096, &text, NULL, NULL), 0);
	return text;
}

static void test_name(_unused_ void **state)
{
	char name[DUMP_NAME_MAX];

	dump_name_write(DUMP_NAME_LOCAL, NOW, name);
	assert_string_equal(name, "127.0.0.1-2019-04-25-19:24:51");
	setenv("TZ", "CST-8", 1);
	tzset();
	dump_name_write(DUMP_NAME_LOCAL, NOW, name);
	assert_string_equal(name, "127.0.0.1-2019-04-26-03:24:51");
	setenv("TZ", "UTC", 1);
	tzset();
}

static void test_success(void **state)
{
	struct place *p = *state;
	_cleanup_free_ char *core = NULL, *log = NULL, *left = NULL;
	struct err err = ERR_INIT;
	char wanted[128];

	assert_int_equal(save(p, "x", 10, &err), 0);
	core = saved(p, "vmcore");
	log = saved(p, "vmcore-dmesg.txt");
	left = saved(p, "vmcore-incomplete");
	snprintf(wanted, sizeof(wanted), "log of %s\n", p->vmcore);
	assert_string_equal(core, "memory");
	assert_string_equal(log, wanted);
	assert_null(left);
	assert_true(p->alive >= 2);
}

static void test_two_at_once(void **state)
{
	struct place *p = *state;
	struct err err = ERR_INIT;

	for (int second = 51; second <= 52; second++) {
		_cleanup_(sink_done) struct sink sink = { NULL };
		char wanted[256];
		struct stat st;

		snprintf(wanted, sizeof(wanted), "%s/127.0.0.1-2019-04-25-19:24:%d/", p->folder,
			 second);
		assert_int_equal(foldersink(p->folder, DUMP_NAME_LOCAL, &sink, &err), 0);
		assert_int_equal(sink.ops->begin(&sink, NOW, &err), 0);
		assert_string_equal(sink.where, wanted);
		assert_int_equal(stat(sink.where, &st), 0);
		assert_int_equal(st.st_mode & 07777, 0700);
	}
}

/* As if nothing had been: for who only wants to see whether it would work. */
static void test_discard(void **state)
{
	_cleanup_(sink_done) struct sink sink = { NULL };
	struct sink_file whole = { .unfinished = "a-incomplete", .name = "a" };
	struct sink_file half = { .unfinished = "b-incomplete", .name = "b" };
	struct place *p = *state;
	struct err err = ERR_INIT;
	struct stat st;

	assert_int_equal(foldersink(p->folder, DUMP_NAME_LOCAL, &sink, &err), 0);
	assert_int_equal(sink_set_host(&sink, "other", &err), 0);
	assert_int_equal(sink.ops->begin(&sink, NOW, &err), 0);
	assert_non_null(strstr(sink.where, "/other-2019-04-25-19:24:51/"));
	assert_int_equal(sink.ops->open(&sink, &whole, &err), 0);
	assert_int_equal(sink.ops->publish(&sink, &whole, &err), 0);
	assert_int_equal(sink.ops->open(&sink, &half, &err), 0);
	assert_int_equal(sink.ops->keep(&sink, &half, &err), 0);
	assert_int_equal(sink.ops->discard(&sink, &err), 0);
	assert_int_equal(stat(sink.where, &st), -1);
	assert_int_equal(stat(p->folder, &st), 0);
}

/* A log reader that fails costs nothing but the name; what it printed stays. */
static void test_log_fails(void **state)
{
	struct place *p = *state;
	_cleanup_free_ char *core = NULL, *log = NULL, *part = NULL;
	struct err err = ERR_INIT;

	write_file(p->dmesg, "#!/bin/sh\necho half\nexit 3\n", 0700);
	assert_int_equal(save(p, "x", 10, &err), 0);
	core = saved(p, "vmcore");
	log = saved(p, "vmcore-dmesg.txt");
	part = saved(p, "vmcore-dmesg-incomplete.txt");
	assert_string_equal(core, "memory");
	assert_null(log);
	assert_string_equal(part, "half\n");
}

static void test_core_fails(void **state)
{
	struct place *p = *state;
	_cleanup_free_ char *core = NULL, *log = NULL, *part = NULL;
	struct err err = ERR_INIT;

	write_file(p->collector, "#!/bin/sh\nprintf half > \"$3\"\nchmod 600 \"$3\"\nexit 7\n",
		   0700);
	assert_int_equal(save(p, "x", 10, &err), -EIO);
	assert_string_equal(err.text, "saving vmcore failed, exitcode:7");
	core = saved(p, "vmcore");
	log = saved(p, "vmcore-dmesg.txt");
	part = saved(p, "vmcore-incomplete");
	assert_null(core);
	assert_non_null(log);
	assert_string_equal(part, "half");
}

static void test_core_writes_nothing(void **state)
{
	struct err err = ERR_INIT;

	write_file(((struct place *)*state)->collector, "#!/bin/sh\n", 0700);
	assert_int_equal(save(*state, "x", 10, &err), -ENOENT);
	assert_non_null(strstr(err.text, "saving vmcore failed, "));
}

static void test_core_stalls(void **state)
{
	struct err err = ERR_INIT;

	write_file(((struct place *)*state)->collector, "#!/bin/sh\nexec sleep 60\n", 0700);
	assert_int_equal(save(*state, "x", 1, &err), -ETIMEDOUT);
	assert_non_null(strstr(err.text, "no progress for 1 s, stopped"));
}

/* What a collector's line becomes; makedumpfile says its errors, whatever it was told to say. */
static void check_level(const char *line, const char *wanted)
{
	_cleanup_(strv_done) struct strv in = { NULL }, out = { NULL };
	_cleanup_free_ char *got = NULL, *all = NULL;
	struct err err = ERR_INIT;

	assert_int_equal(words_split(line, &in, &err), 0);
	assert_int_equal(savedump_collector(&in, "a", "b", &out), 0);
	got = words_line(out.v);
	assert_true(asprintf(&all, "%s a b", wanted) > 0);
	assert_string_equal(got, all);
}

static void test_collector_words(_unused_ void **state)
{
	_cleanup_(strv_done) struct strv in = { NULL }, out = { NULL }, other = { NULL };
	_cleanup_(strv_done) struct strv stream = { NULL };

	assert_int_equal(strv_add(&in, "/usr/sbin/makedumpfile"), 0);
	assert_int_equal(strv_add(&in, "-F"), 0);
	assert_int_equal(strv_add(&in, "-l"), 0);
	assert_int_equal(savedump_collector(&in, "/proc/vmcore", "/x/y", &out), 0);
	assert_int_equal(out.n, 4);
	assert_string_equal(out.v[1], "-l");
	assert_string_equal(out.v[2], "/proc/vmcore");
	assert_string_equal(out.v[3], "/x/y");
	assert_int_equal(savedump_collector(&in, "/proc/vmcore", NULL, &stream), 0);
	assert_int_equal(stream.n, 4);
	assert_string_equal(stream.v[1], "-F");
	assert_string_equal(stream.v[2], "-l");
	assert_string_equal(stream.v[3], "/proc/vmcore");
	check_level("makedumpfile --message-level 1 -d 31", "makedumpfile --message-level 5 -d 31");
	check_level("makedumpfile --message-level=0", "makedumpfile --message-level=4");
	check_level("makedumpfile --message-level 31 1", "makedumpfile --message-level 31 1");
	check_level("makedumpfile --message-level -d 1", "makedumpfile --message-level -d 1");
	check_level("makedumpfile --message-level", "makedumpfile --message-level");
	check_level("/opt/x --message-level 1", "/opt/x --message-level 1");
	free(in.v[0]);
	in.v[0] = strdup("/bin/other");
	assert_int_equal(savedump_collector(&in, "a", "b", &other), 0);
	assert_int_equal(other.n, 5);
}

static void test_run(_unused_ void **state)
{
	char *argv[] = { (char *)"/bin/sh", (char *)"-c", (char *)"exit 5", NULL };
	char *killed[] = { (char *)"/bin/sh", (char *)"-c", (char *)"kill -9 $$", NULL };
	char *missing[] = { (char *)"/nonexistent", NULL };
	const struct run_options options = { .seconds = 10 };
	const struct sysroot here = { .dir = "" };
	_cleanup_free_ char *path = NULL;
	struct err err = ERR_INIT;
	int status = 0;

	assert_int_equal(run_program(argv, &options, &status, &err), 0);
	assert_int_equal(status, 5);
	assert_int_equal(run_program(killed, &options, &status, &err), 0);
	assert_int_equal(status, 128 + 9);
	assert_int_equal(run_program(missing, &options, &status, &err), -ENOENT);
	assert_int_equal(run_find(&here, "sh", "/nonexistent::/bin", &path, &err), 0);
	assert_string_equal(path, "/bin/sh");
	assert_int_equal(run_find(&here, "no-such-program", "/bin", &path, &err), -ENOENT);
	assert_int_equal(run_find(&here, "/etc", "/bin", &path, &err), -ENOENT);
}

static void test_parameters(_unused_ void **state)
{
	_cleanup_free_ char *text = NULL, *none = NULL;

	assert_int_equal(modload_parameters("a virtio-blk.x=1 virtio_blk.y=\"2 3\" virtio_blk2.z=4 "
					    "virtio_blk. virtio_blk",
					    "virtio_blk.ko", &text),
			 0);
	assert_string_equal(text, "x=1 y=\"2 3\"");
	assert_int_equal(modload_parameters("a b.c=1", "x.ko", &none), 0);
	assert_string_equal(none, "");
}

/* A kernel that refuses some of them is asked again, for less. */
static void test_choices(_unused_ void **state)
{
	_cleanup_(strv_done) struct strv both = { NULL }, one = { NULL }, other = { NULL };

	assert_int_equal(modload_choices("a=1 b=\"2 3\"", "quiet m.c=4", "m.ko", &both), 0);
	assert_int_equal(both.n, 3);
	assert_string_equal(both.v[0], "a=1 b=\"2 3\" c=4");
	assert_string_equal(both.v[1], "c=4");
	assert_string_equal(both.v[2], "");
	assert_int_equal(modload_choices("", "m.c=4", "m.ko", &one), 0);
	assert_int_equal(one.n, 2);
	assert_string_equal(one.v[0], "c=4");
	assert_string_equal(one.v[1], "");
	assert_int_equal(modload_choices("a", "n.c=4", "m.ko", &other), 0);
	assert_int_equal(other.n, 2);
	assert_string_equal(other.v[0], "a");
	assert_string_equal(other.v[1], "");
}

static int told = -1;
static unsigned int more; /* times that a step is to have */

static bool tell(const char *step, unsigned int seconds, const struct guard_end *end)
{
	dprintf(told, "%s %u%s%s%s", step, seconds, end->saved ? " saved" : "",
		end->action == CONF_POWEROFF ? " poweroff" : "", more > 0 ? ", " : "");
	return more-- > 0;
}

/* What the guard says when a step takes too long, of what was decided since it was started. */
static void check_guard(struct guard_end end, const char *expected)
{
	struct guard guard = GUARD_NONE;
	struct err err = ERR_INIT;
	char text[64] = "";
	size_t size = 0;
	ssize_t n;
	int fds[2];

	guard_step(&guard, "nobody listens", 1);
	assert_int_equal(pipe(fds), 0);
	told = fds[1];
	assert_int_equal(guard_start(&guard, tell, &err), 0);
	guard_step(&guard, "first", 100);
	guard.end = end;
	guard_step(&guard, "second", 1);
	close(fds[1]);
	while ((n = read(fds[0], text + size, sizeof(text) - 1 - size)) > 0)
		size += (size_t)n;
	assert_string_equal(text, expected);
	close(fds[0]);
	close(guard.fd);
}

static void test_guard(_unused_ void **state)
{
	check_guard((struct guard_end){ CONF_REBOOT, false }, "second 1");
	check_guard((struct guard_end){ CONF_REBOOT, true }, "second 1 saved");
	check_guard((struct guard_end){ CONF_POWEROFF, false }, "second 1 poweroff");
	more = 1;
	check_guard((struct guard_end){ CONF_REBOOT, false }, "second 1, second 1");
	more = 0;
}

#define IN_PLACE(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_PLACE(test_name),
		IN_PLACE(test_success),
		IN_PLACE(test_two_at_once),
		IN_PLACE(test_discard),
		IN_PLACE(test_log_fails),
		IN_PLACE(test_core_fails),
		IN_PLACE(test_core_writes_nothing),
		IN_PLACE(test_core_stalls),
		cmocka_unit_test(test_collector_words),
		cmocka_unit_test(test_run),
		cmocka_unit_test(test_parameters),
		cmocka_unit_test(test_choices),
		cmocka_unit_test(test_guard),
	};

	return cmocka_run_group_tests_name("kdump/capture", tests, NULL, NULL);
}
