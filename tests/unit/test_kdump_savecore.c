/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How the memory is saved, and what is done when the collector fails; with fake programs. */
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
#include <unistd.h>

#include "kdump/attempts.h"
#include "kdump/conf.h"
#include "kdump/dumpname.h"
#include "kdump/foldersink.h"
#include "kdump/makeroom.h"
#include "kdump/progress.h"
#include "kdump/savecore.h"
#include "kdump/sparsecopy.h"
#include "kdump/words.h"

#include "tests/unit/tree.h"

enum {
	NOW = 1556220291, /* 2019-04-25 19:24:51 UTC */
	PAGE = 4096,
	IMAGE = 3 * 1024 * 1024 + 5 * PAGE + 7,
};

#define FOLDER "/crash/127.0.0.1-2019-04-25-19:24:51"

static struct strv words(const char *line)
{
	struct strv list = { NULL };
	struct err err = ERR_INIT;

	assert_int_equal(words_split(line, &list, &err), 0);
	return list;
}

/* The ways for a collector, a line each; the caller frees. */
static char *ways(const char *collector, const char *makedumpfile, unsigned int cpus, bool streams)
{
	_cleanup_(attempts_done) struct attempts attempts = { .n = 0 };
	_cleanup_(strv_done) struct strv list = words(collector);
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	assert_int_equal(attempts_make(&list, makedumpfile, cpus, streams, &attempts), 0);
	for (size_t i = 0; i < attempts.n; i++) {
		const struct attempt *a = &attempts.v[i];
		_cleanup_free_ char *line = a->own ? strdup("own") : words_line(a->words.v);

		fprintf(out, "%s%s\n", a->less ? "less: " : "", line);
	}
	fclose(out);
	return text;
}

static void check_ways(const char *collector, const char *makedumpfile, unsigned int cpus,
		       bool streams, const char *wanted)
{
	_cleanup_free_ char *found = ways(collector, makedumpfile, cpus, streams);

	assert_string_equal(found, wanted);
}

#define M    "/usr/bin/makedumpfile"
#define LESS "less: " M " -c -d 31 --cyclic-buffer 1024\n"

static void test_ways(_unused_ void **state)
{
	check_ways(M " -l -d 31", M, 1, false,
		   M " -l -d 31\n" M " -l -d 31 --cyclic-buffer 1024\n" LESS "own\n");
	check_ways(M " -l -d 31", M, 4, false,
		   M " -l -d 31 --num-threads=4\n" M " -l -d 31 --cyclic-buffer 1024\n" LESS
		     "own\n");
	check_ways(M " -E -d 31", M, 4, false,
		   M " -E -d 31\n" M " -E -d 31 --cyclic-buffer 1024\n" LESS "own\n");
	check_ways(M " -cF", M, 4, false, M " -cF\n" M " -cF --cyclic-buffer 1024\n" LESS "own\n");
	check_ways(M " --num-threads 2", M, 4, true,
		   M " --num-threads 2\n" M " --num-threads 2 --cyclic-buffer 1024\n" LESS);
	check_ways(M " --dump-dmesg", M, 4, false, M " --dump-dmesg\n");
	check_ways("/bin/cp -E", M, 4, false, "/bin/cp -E\n" LESS "own\n");
	check_ways("/bin/cp", NULL, 4, true, "/bin/cp\n");
	check_ways("builtin", M, 4, false, "own\n" LESS);
}

struct machine {
	struct tree tree;
	char vmcore[64], makedumpfile[64], collect[64], folder[64];
	struct strv collector;
	struct sink sink;
	struct capture_record record;
	struct savedump_job job;
	unsigned int alive;
};

static void count_alive(void *ctx)
{
	((struct machine *)ctx)->alive++;
}

/* An image with zeros at its beginning, in its middle, and at its odd end. */
static void put_image(const struct machine *m)
{
	uint8_t *image = calloc(1, IMAGE);

	assert_non_null(image);
	memset(image + PAGE, 'x', PAGE);
	memset(image + (2 << 20), 'y', 1 << 20);
	tree_put(&m->tree, "/memory", image, IMAGE);
	free(image);
}

static int set_up(void **state)
{
	struct machine *m = calloc(1, sizeof(*m));
	struct err err = ERR_INIT;

	setenv("TZ", "UTC", 1);
	tree_make(&m->tree);
	snprintf(m->vmcore, sizeof(m->vmcore), "%s/memory", m->tree.dir);
	snprintf(m->makedumpfile, sizeof(m->makedumpfile), "%s/makedumpfile", m->tree.dir);
	snprintf(m->collect, sizeof(m->collect), "%s/collect", m->tree.dir);
	snprintf(m->folder, sizeof(m->folder), "%s/crash", m->tree.dir);
	put_image(m);
	m->job = (struct savedump_job){ .vmcore = m->vmcore,
					.collector = &m->collector,
					.stall = 10,
					.alive = count_alive,
					.ctx = m,
					.record = &m->record };
	assert_int_equal(foldersink(m->folder, DUMP_NAME_LOCAL, &m->sink, &err), 0);
	assert_int_equal(m->sink.ops->begin(&m->sink, NOW, &err), 0);
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

static int look(const struct machine *m, const char *name, struct stat *st)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s" FOLDER "/%s", m->tree.dir, name);
	return stat(path, st) < 0 ? -errno : 0;
}

static void check_same(const struct machine *m)
{
	_cleanup_free_ char *was = NULL, *is = NULL;
	size_t was_size, is_size;

	assert_int_equal(sysroot_read(&m->tree.root, "/memory", 1 << 24, &was, &was_size, NULL), 0);
	assert_int_equal(sysroot_read(&m->tree.root, FOLDER "/vmcore", 1 << 24, &is, &is_size,
				      NULL),
			 0);
	assert_int_equal(was_size, is_size);
	assert_memory_equal(was, is, was_size);
}

static void test_builtin(void **state)
{
	struct machine *m = *state;
	struct err err = ERR_INIT;
	struct stat st;

	m->collector = words(CONF_BUILTIN_COLLECTOR);
	assert_int_equal(savecore(&m->job, &m->sink, &err), 0);
	check_same(m);
	assert_int_equal(look(m, "vmcore", &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_true(st.st_blocks * 512 < IMAGE / 2);
	assert_string_equal(m->record.core, "vmcore");
	assert_string_equal(m->record.collector, "builtin");
	assert_null(m->record.result);
	assert_true(m->alive > 0);
}

/* The collector fails in every way that there is: what follows is told, and has its turn. */
static void test_fallback(void **state)
{
	struct machine *m = *state;
	struct err err = ERR_INIT;
	struct stat st;

	tree_program(&m->tree, "/makedumpfile",
		     "#!/bin/sh\nfor output; do :; done\n[ ! -e $output ] || exit 9\n"
		     "echo half > $output\ncase \"$*\" in *\"-c -d\"*) exit 0;; esac\nexit 7\n");
	m->collector = words(m->makedumpfile);
	m->job.makedumpfile = m->makedumpfile;
	assert_int_equal(savecore(&m->job, &m->sink, &err), 0);
	assert_int_equal(look(m, "vmcore", &st), 0);
	assert_int_equal(st.st_size, 5);
	assert_int_equal(look(m, "vmcore-incomplete", &st), -ENOENT);
	assert_string_equal(m->record.result, CAPTURERECORD_REDUCED);
	assert_non_null(strstr(m->record.collector, " -c -d 31 --cyclic-buffer 1024 "));
	assert_int_equal(m->record.status, 0);
}

static void test_last_resort(void **state)
{
	struct machine *m = *state;
	struct err err = ERR_INIT;

	tree_program(&m->tree, "/collect", "#!/bin/sh\necho half > $2\nexit 1\n");
	m->collector = words(m->collect);
	assert_int_equal(savecore(&m->job, &m->sink, &err), 0);
	check_same(m);
	assert_string_equal(m->record.result, CAPTURERECORD_REDUCED);
}

/* Nothing works: what the last program left stays, and the first one's failure is told. */
static void test_nothing_works(void **state)
{
	struct machine *m = *state;
	struct err err = ERR_INIT;
	struct stat st;

	tree_program(&m->tree, "/makedumpfile",
		     "#!/bin/sh\nfor output; do :; done\necho half > $output\n"
		     "case \"$*\" in *\"-c -d\"*) exit 5;; *--cyclic*) exit 4;; esac\nexit 7\n");
	m->collector = words(m->makedumpfile);
	m->job.makedumpfile = m->makedumpfile;
	assert_int_equal(unlink(m->vmcore), 0);
	assert_int_equal(savecore(&m->job, &m->sink, &err), -EIO);
	assert_string_equal(err.text, "exitcode:7");
	assert_int_equal(look(m, "vmcore", &st), -ENOENT);
	assert_int_equal(look(m, "vmcore-incomplete", &st), 0);
	assert_null(m->record.core);
}

/* More memory than there is room for: only what makes less of it is tried at all. */
static void test_no_room(void **state)
{
	struct machine *m = *state;
	struct err err = ERR_INIT;
	struct stat st;

	tree_program(&m->tree, "/makedumpfile",
		     "#!/bin/sh\nfor output; do :; done\necho $* > $output\n");
	m->collector = words(CONF_BUILTIN_COLLECTOR);
	m->job.makedumpfile = m->makedumpfile;
	assert_int_equal(truncate(m->vmcore, (off_t)1 << 43), 0); /* 8 TiB of holes */
	assert_int_equal(savecore(&m->job, &m->sink, &err), 0);
	assert_int_equal(look(m, "vmcore", &st), 0);
	assert_true(st.st_size < PAGE);
	assert_string_equal(m->record.result, CAPTURERECORD_REDUCED);
	tree_program(&m->tree, "/makedumpfile", "#!/bin/sh\nexit 1\n");
	m->record.core = NULL;
	assert_int_equal(savecore(&m->job, &m->sink, &err), -ENOSPC);
	assert_non_null(strstr(err.text, "no room"));
}

/*
 * A sink whose paths mean nothing here, as those that scp takes: what follows its collector writes
 * a stream, and all of the memory is never sent unasked.
 */
static void test_paths_elsewhere(void **state)
{
	struct machine *m = *state;
	struct sink_ops other = *m->sink.ops;
	struct err err = ERR_INIT;
	struct stat st;

	m->sink.ops = &other;
	tree_program(&m->tree, "/collect", "#!/bin/sh\nexit 1\n");
	tree_program(&m->tree, "/makedumpfile", "#!/bin/sh\necho \"$1 $#\"\n");
	m->collector = words(m->collect);
	m->job.makedumpfile = m->makedumpfile;
	assert_int_equal(savecore(&m->job, &m->sink, &err), 0);
	assert_string_equal(m->record.core, "vmcore.flat");
	assert_int_equal(look(m, "vmcore.flat", &st), 0);
	assert_int_equal(st.st_size, strlen("-F 7\n"));
	tree_program(&m->tree, "/makedumpfile", "#!/bin/sh\nexit 1\n");
	assert_int_equal(savecore(&m->job, &m->sink, &err), -EIO);
}

static void ignore_tick(_unused_ void *ctx, _unused_ uint64_t done)
{
}

/* What cannot be sought in gets every byte. */
static void test_copy_to_stream(void **state)
{
	struct machine *m = *state;
	struct err err = ERR_INIT;
	char buffer[PAGE];
	uint64_t lost = 1;
	size_t total = 0;
	ssize_t n;
	int fds[2];
	pid_t pid;

	assert_int_equal(pipe(fds), 0);
	pid = fork();
	if (pid == 0) {
		close(fds[0]);
		_exit(sparsecopy(m->vmcore, fds[1], ignore_tick, NULL, &lost, &err) < 0);
	}
	close(fds[1]);
	while ((n = read(fds[0], buffer, sizeof(buffer))) > 0)
		total += (size_t)n;
	close(fds[0]);
	assert_int_equal(total, IMAGE);
}

/* Holes in a process's memory cannot be read: zeros, as long as they are few. */
static void test_copy_lost(void **state)
{
	struct machine *m = *state;
	struct err err = ERR_INIT;
	char path[PATH_MAX];
	uint64_t lost = 0;
	int fd;

	snprintf(path, sizeof(path), "%s/copy", m->tree.dir);
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	assert_true(fd >= 0);
	assert_int_equal(sparsecopy("/proc/self/mem", fd, ignore_tick, NULL, &lost, &err), -EIO);
	assert_non_null(strstr(err.text, "cannot read /proc/self/mem"));
	assert_true(lost > 0);
	close(fd);
}

static void test_progress(_unused_ void **state)
{
	char text[PROGRESS_TEXT_MAX];

	progress_text(512 << 20, (uint64_t)2 << 30, 1000, text);
	assert_string_equal(text, "25% of 2.0 GiB, 512 MiB/s, 4 s left");
	progress_text(0, 1 << 20, 0, text);
	assert_string_equal(text, "0% of 1.0 MiB, 0 MiB/s, 0 s left");
	progress_text((uint64_t)1 << 62, (uint64_t)1 << 62, 1, text);
	assert_non_null(strstr(text, "100% of "));
}

static void make_dump(const struct machine *m, const char *name)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "/crash/%s/vmcore", name);
	tree_text(&m->tree, path, "old");
}

static void count_sign(void *ctx)
{
	int *signs = ctx;

	++*signs;
}

/* Old dumps go by the rules only, only if it may be needed, and never the newest. */
static void test_makeroom(void **state)
{
	struct machine *m = *state;
	struct conf conf = { .keep_dumps = 3 };
	struct stat st;
	char path[PATH_MAX];
	int signs = 0;
	static const char *const names[] = { "127.0.0.1-2019-01-01-00:00:00",
					     "127.0.0.1-2019-01-02-00:00:00",
					     "127.0.0.1-2019-01-03-00:00:00" };

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		make_dump(m, names[i]);
	assert_int_equal(rmdir(m->sink.where), 0);
	makeroom(m->folder, DUMP_NAME_LOCAL, &conf, 1, count_sign, &signs);
	makeroom(m->folder, DUMP_NAME_LOCAL, &(struct conf){ .path = NULL }, UINT64_MAX, count_sign,
		 &signs);
	assert_int_equal(signs, 0);
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		snprintf(path, sizeof(path), "%s/%s", m->folder, names[i]);
		assert_int_equal(stat(path, &st), 0);
	}
	conf.keep_dumps = 2;
	makeroom(m->folder, DUMP_NAME_LOCAL, &conf, UINT64_MAX, count_sign, &signs);
	assert_int_equal(signs, 2); /* each may take as long as the guard waits */
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		snprintf(path, sizeof(path), "%s/%s", m->folder, names[i]);
		assert_int_equal(stat(path, &st), i < 2 ? -1 : 0);
	}
}

/* In a folder that others save to as well, only one's own go; by an address nobody knows these. */
static void test_makeroom_beside_others(void **state)
{
	static const struct {
		const char *name;
		bool stays;
	} dumps[] = {
		{ "127.0.0.1-2019-01-01-00:00:00", true },
		{ "192.0.2.1-2019-01-01-00:00:00", true },
		{ "192.0.2.1-2019-01-02-00:00:00", true },
		{ "db-0123abcd-2019-01-01-00:00:00", true },
		{ "web-0123abcd-2019-01-01-00:00:00", false },
		{ "web-0123abcd-2019-01-02-00:00:00", true },
		{ "web-0123abcd-x-2019-01-01-00:00:00", true },
		{ "web-fedc9876-2019-01-01-00:00:00", true },
	};
	const struct conf conf = { .keep_dumps = 1 };
	struct machine *m = *state;
	int signs = 0;

	for (size_t i = 0; i < ARRAY_SIZE(dumps); i++)
		make_dump(m, dumps[i].name);
	makeroom(m->folder, "192.0.2.1", &conf, UINT64_MAX, count_sign, &signs);
	assert_int_equal(signs, 0);
	makeroom(m->folder, "web-0123abcd", &conf, UINT64_MAX, count_sign, &signs);
	assert_int_equal(signs, 1);
	for (size_t i = 0; i < ARRAY_SIZE(dumps); i++) {
		char path[PATH_MAX];
		struct stat st;

		snprintf(path, sizeof(path), "%s/%s", m->folder, dumps[i].name);
		assert_int_equal(stat(path, &st), dumps[i].stays ? 0 : -1);
	}
}

#define IN_PLACE(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ways),
		IN_PLACE(test_builtin),
		IN_PLACE(test_fallback),
		IN_PLACE(test_last_resort),
		IN_PLACE(test_nothing_works),
		IN_PLACE(test_no_room),
		IN_PLACE(test_copy_to_stream),
		IN_PLACE(test_copy_lost),
		cmocka_unit_test(test_progress),
		IN_PLACE(test_makeroom),
		IN_PLACE(test_makeroom_beside_others),
		IN_PLACE(test_paths_elsewhere),
	};

	return cmocka_run_group_tests_name("kdump/savecore", tests, NULL, NULL);
}
