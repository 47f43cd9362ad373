/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A dump to a server that dies. Everything on its mount then fails, and each failure would take
 * minutes: there may be few of them, and never two without a sign of life in between, or the
 * guard ends the machine's run before failure_action has its turn. The calls that go there are
 * taken from the C library; the server is dead when a file says so, which fake programs make.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "kdump/dumpname.h"
#include "kdump/dumprun.h"
#include "kdump/foldersink.h"

#include "tests/unit/tree.h"

enum { NOW = 1556220291 };

static struct machine {
	struct tree tree;
	char folder[64], dead[64], vmcore[64], dmesg[64], collect[64], makedumpfile[64];
	struct conf conf;
	struct strv collector;
	struct hooks hooks;
	struct savedump_job job;
	struct sink sink;
	struct capture_record record;
	struct dumprun run;
	unsigned int alive;   /* signs of life */
	unsigned int failed;  /* calls that would have taken minutes */
	unsigned int starved; /* of these, without a sign of life since the last one */
	unsigned int last;    /* @alive then */
	bool lossy;           /* a server that lives: errors only show where a file was written */
} m;

/* Does a call that names this fail? With errno set if so. */
static bool fails(int dir, const char *path)
{
	char link[64], there[PATH_MAX] = "";

	if (!m.dead[0] || access(m.dead, F_OK) < 0)
		return false;
	if (!path || path[0] != '/') {
		snprintf(link, sizeof(link), "/proc/self/fd/%d", dir);
		if (readlink(link, there, sizeof(there) - 1) < 0)
			return false;
		path = there;
	}
	if (strncmp(path, m.folder, strlen(m.folder)) != 0)
		return false;
	m.failed++;
	m.starved += m.alive == m.last;
	m.last = m.alive;
	errno = EIO;
	return true;
}

#define TEXT(name) #name
/* With file offsets of 64 bits, these have other names where the two differ. */
#if defined(__LP64__)
#define REAL(type, name) ((type)dlsym(RTLD_NEXT, TEXT(name)))
#else
#define REAL(type, name) ((type)dlsym(RTLD_NEXT, TEXT(name) "64"))
#endif
#define SAME(type, name) ((type)dlsym(RTLD_NEXT, TEXT(name)))

int statvfs(const char *path, struct statvfs *buf)
{
	return fails(-1, path) ? -1
			       : REAL(int (*)(const char *, struct statvfs *), statvfs)(path, buf);
}

int stat(const char *path, struct stat *buf)
{
	return fails(-1, path) ? -1 : REAL(int (*)(const char *, struct stat *), stat)(path, buf);
}

int fstatat(int dir, const char *path, struct stat *buf, int flags)
{
	return fails(dir, path) ? -1
				: REAL(int (*)(int, const char *, struct stat *, int),
				       fstatat)(dir, path, buf, flags);
}

int openat(int dir, const char *path, int flags, ...)
{
	mode_t mode = 0;
	va_list args;

	va_start(args, flags);
	if (flags & O_CREAT)
		mode = va_arg(args, mode_t);
	va_end(args);
	return fails(dir, path)
		       ? -1
		       : REAL(int (*)(int, const char *, int, ...), openat)(dir, path, flags, mode);
}

int mkdir(const char *path, mode_t mode)
{
	return fails(-1, path) ? -1 : SAME(int (*)(const char *, mode_t), mkdir)(path, mode);
}

int unlink(const char *path)
{
	return fails(-1, path) ? -1 : SAME(int (*)(const char *), unlink)(path);
}

int fchmodat(int dir, const char *path, mode_t mode, int flags)
{
	return fails(dir, path) ? -1
				: SAME(int (*)(int, const char *, mode_t, int),
				       fchmodat)(dir, path, mode, flags);
}

int renameat(int from_dir, const char *from, int to_dir, const char *to)
{
	return fails(from_dir, from) ? -1
				     : SAME(int (*)(int, const char *, int, const char *),
					    renameat)(from_dir, from, to_dir, to);
}

int fsync(int fd)
{
	if (m.lossy && (fcntl(fd, F_GETFL) & O_ACCMODE) != O_RDONLY) {
		errno = EDQUOT;
		return -1;
	}
	return fails(fd, NULL) ? -1 : SAME(int (*)(int), fsync)(fd);
}

static void count_alive(void *ctx _unused_)
{
	m.alive++;
}

static void program(const char *path, const char *text)
{
	char all[PATH_MAX];

	snprintf(all, sizeof(all), "#!/bin/sh\necho ${0##*/} >>%s/ran\n%s\n", m.tree.dir, text);
	tree_program(&m.tree, path, all);
}

/* What a program does after which the server is dead. */
static void program_of_death(const char *path, const char *text)
{
	char all[PATH_MAX];

	snprintf(all, sizeof(all), "touch %s\n%s", m.dead, text);
	program(path, all);
}

static void place(char ret[static 64], const char *path)
{
	snprintf(ret, 64, "%s%s", m.tree.dir, path);
}

static int set_up(void **state _unused_)
{
	struct err err = ERR_INIT;

	m = (struct machine){ 0 };
	setenv("TZ", "UTC", 1);
	tree_make(&m.tree);
	place(m.folder, "/crash");
	place(m.dead, "/dead");
	place(m.vmcore, "/memory");
	place(m.dmesg, "/dmesg");
	place(m.collect, "/collect");
	place(m.makedumpfile, "/makedumpfile");
	tree_text(&m.tree, "/memory", "memory");
	tree_text(&m.tree, "/dev/kmsg", "6,1,0,-;Linux version 6.1\n");
	program("/dmesg", "echo log of $1");
	program("/collect", "cp $1 $2");
	program("/makedumpfile", "for to; do :; done; echo reduced >$to");
	assert_int_equal(strv_add(&m.collector, m.collect), 0);
	m.hooks = (struct hooks){ .root = &m.tree.root, .seconds = 10 };
	m.job = (struct savedump_job){ .vmcore = m.vmcore,
				       .dmesg = m.dmesg,
				       .collector = &m.collector,
				       .makedumpfile = m.makedumpfile,
				       .stall = 10,
				       .alive = count_alive,
				       .record = &m.record };
	m.run = (struct dumprun){ &m.conf, &m.hooks, &m.job, &m.sink, &m.record };
	assert_int_equal(foldersink(m.folder, DUMP_NAME_LOCAL, &m.sink, &err), 0);
	m.sink.remote = true;
	return 0;
}

static int tear_down(void **state _unused_)
{
	m.dead[0] = '\0';
	sink_done(&m.sink);
	strv_done(&m.collector);
	capturerecord_done(&m.record);
	tree_remove(&m.tree);
	return 0;
}

/* Save, and tell of it. Return: what savedump() does. */
static int save(void)
{
	struct err err = ERR_INIT;
	int r = savedump(&m.job, &m.sink, NOW, &err);

	if (r < 0) {
		m.record.result = CAPTURERECORD_FAILED;
		m.record.error = err.text;
	}
	dumprun_tell(&m.run);
	return r;
}

static void check_ran(const char *wanted)
{
	_cleanup_free_ char *ran = NULL;

	if (sysroot_read(&m.tree.root, "/ran", 65536, &ran, NULL, NULL) < 0)
		ran = NULL;
	assert_string_equal(ran ? ran : "", wanted);
}

/* There was a dead server, and nothing but @most calls was spent on it. */
static void check_lost(unsigned int most)
{
	assert_true(m.sink.lost);
	assert_int_equal(m.starved, 0);
	assert_in_range(m.failed, 1, most);
}

/* The collector cannot say why it failed: one look at the server does, and that is all. */
static void test_in_the_memory(_unused_ void **state)
{
	program_of_death("/collect", "exit 1");
	assert_int_equal(save(), -EIO);
	check_ran("dmesg\ncollect\n");
	check_lost(1);
}

/* Nor is it waited for: it may have as many writes to wait for as it likes. */
static void test_while_a_program_waits(_unused_ void **state)
{
	m.job.stall = 1000;
	program_of_death("/collect", "exec sleep 1000");
	assert_int_equal(save(), -EIO);
	check_ran("dmesg\ncollect\n");
	check_lost(2);
}

/* It has seen no error, but the file cannot be synced. */
static void test_after_the_memory(_unused_ void **state)
{
	program_of_death("/collect", "exit 0");
	assert_int_equal(save(), -EIO);
	check_ran("dmesg\ncollect\n");
	check_lost(3);
}

static void test_in_the_log(_unused_ void **state)
{
	program_of_death("/dmesg", "exit 1");
	assert_int_equal(save(), -EIO);
	check_ran("dmesg\n");
	check_lost(1);
}

static void test_before_all(_unused_ void **state)
{
	tree_text(&m.tree, "/dead", "");
	assert_int_equal(save(), -EIO);
	check_ran("");
	check_lost(2);
}

static void test_in_our_own_copy(_unused_ void **state)
{
	m.job.makedumpfile = NULL;
	program("/collect", "exit 1");
	program_of_death("/dmesg", "echo log");
	assert_int_equal(save(), -EIO);
	check_ran("dmesg\n");
	check_lost(3);
}

/* After a dump that is whole, nobody waits twice for what is only told of it. */
static void test_in_the_record(_unused_ void **state)
{
	struct err err = ERR_INIT;

	assert_int_equal(savedump(&m.job, &m.sink, NOW, &err), 0);
	tree_text(&m.tree, "/dead", "");
	dumprun_tell(&m.run);
	check_lost(2);
}

/* A collector that fails for itself is followed by what makes a smaller dump. */
static void test_alive(_unused_ void **state)
{
	program("/collect", "exit 1");
	assert_int_equal(save(), 0);
	check_ran("dmesg\ncollect\nmakedumpfile\n");
	assert_false(m.sink.lost);
	assert_string_equal(m.record.result, CAPTURERECORD_REDUCED);
}

static bool is_there(const char *name)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s%s", m.sink.where, name);
	return access(path, F_OK) == 0;
}

/* What nobody but the writer is told of: whoever opens the file anew may sync it, and be told 0. */
static void test_error_of_the_writer(_unused_ void **state)
{
	m.lossy = true;
	assert_int_equal(save(), 0);
	assert_false(m.sink.lost);
	assert_false(is_there("vmcore-dmesg.txt"));
	assert_true(is_there("vmcore-dmesg-incomplete.txt"));
	assert_false(is_there("capture.json"));
	assert_true(is_there("vmcore")); /* a program wrote it, and has closed it */
}

static void test_error_of_our_own_copy(_unused_ void **state)
{
	m.job.makedumpfile = NULL;
	program("/collect", "exit 1");
	m.lossy = true;
	assert_int_equal(save(), -EIO);
	assert_false(is_there("vmcore"));
	assert_true(is_there("vmcore-incomplete"));
}

/* makedumpfile only says so when its dump cannot be closed, and ends as if it were whole. */
static void test_not_closed(_unused_ void **state)
{
	program("/makedumpfile",
		"for to; do :; done; echo part >$to; [ $# -gt 4 ] || "
		"echo \"Can't close the dump file($to). Disk quota exceeded\" >&2");
	strv_done(&m.collector);
	assert_int_equal(strv_add(&m.collector, m.makedumpfile), 0);
	assert_int_equal(save(), 0);
	check_ran("dmesg\nmakedumpfile\nmakedumpfile\nmakedumpfile\n");
	assert_string_equal(m.record.result, CAPTURERECORD_REDUCED);
	assert_true(is_there("vmcore"));
}

/* A disk here says at once that it fails, and a smaller dump may miss the place where it does. */
static void test_local(_unused_ void **state)
{
	m.sink.remote = false;
	program_of_death("/collect", "exit 1");
	assert_int_equal(save(), -EIO);
	assert_false(m.sink.lost);
	check_ran("dmesg\ncollect\nmakedumpfile\n");
}

#define IN_PLACE(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_PLACE(test_in_the_memory),
		IN_PLACE(test_while_a_program_waits),
		IN_PLACE(test_after_the_memory),
		IN_PLACE(test_in_the_log),
		IN_PLACE(test_before_all),
		IN_PLACE(test_in_our_own_copy),
		IN_PLACE(test_in_the_record),
		IN_PLACE(test_alive),
		IN_PLACE(test_local),
		IN_PLACE(test_error_of_the_writer),
		IN_PLACE(test_error_of_our_own_copy),
		IN_PLACE(test_not_closed),
	};

	return cmocka_run_group_tests_name("kdump/lostserver", tests, NULL, NULL);
}
