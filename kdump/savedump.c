/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kdump/console.h"
#include "kdump/publish.h"
#include "kdump/run.h"
#include "kdump/savedump.h"

#define LOG_UNFINISHED  "vmcore-dmesg-incomplete.txt"
#define LOG_NAME        "vmcore-dmesg.txt"
#define CORE_UNFINISHED "vmcore-incomplete"
#define CORE_NAME       "vmcore"

enum { NAME_TRIES = 3600 }; /* seconds after the wanted name that are tried */

void savedump_name(time_t when, char ret[static SAVEDUMP_NAME_MAX])
{
	struct tm tm = { 0 };

	localtime_r(&when, &tm);
	strftime(ret, SAVEDUMP_NAME_MAX, "127.0.0.1-%Y-%m-%d-%H:%M:%S", &tm);
}

/* mkdir -p; @path is put back as it was. */
static int make_parents(char *path, struct err *err)
{
	for (char *p = path + 1; *p; p++) {
		if (*p != '/')
			continue;
		*p = '\0';
		if (mkdir(path, 0755) < 0 && errno != EEXIST)
			return err_errno(err, -errno, "cannot create %s", path);
		*p = '/';
	}
	return 0;
}

int savedump_make_folder(const char *parent, time_t when, char **ret, struct err *err)
{
	char name[SAVEDUMP_NAME_MAX];

	for (int i = 0; i < NAME_TRIES; i++) {
		_cleanup_free_ char *path = NULL;
		int r;

		savedump_name(when + i, name);
		if (asprintf(&path, "%s/%s", parent, name) < 0) {
			path = NULL;
			return err_oom(err);
		}
		r = i == 0 ? make_parents(path, err) : 0;
		if (r < 0)
			return r;
		if (mkdir(path, 0700) == 0) {
			*ret = TAKE_PTR(path);
			return 0;
		}
		if (errno != EEXIST)
			return err_errno(err, -errno, "cannot create %s", path);
	}
	return err_set(err, -EEXIST, "%s: no name is free after %s", parent, name);
}

bool savedump_is_makedumpfile(const char *program)
{
	const char *slash = strrchr(program, '/');

	return strcmp(slash ? slash + 1 : program, "makedumpfile") == 0;
}

int savedump_collector(const struct strv *collector, const char *vmcore, const char *output,
		       struct strv *ret)
{
	bool is_makedumpfile = savedump_is_makedumpfile(collector->v[0]);

	for (size_t i = 0; i < collector->n; i++) {
		if (is_makedumpfile && strcmp(collector->v[i], "-F") == 0)
			continue;
		if (strv_add(ret, collector->v[i]) < 0)
			return -ENOMEM;
	}
	if (strv_add(ret, vmcore) < 0)
		return -ENOMEM;
	return strv_add(ret, output);
}

/* Progress of a program: the file that it writes grows. */
struct growth {
	const struct savedump_job *job;
	int dir;
	const char *name;
	off_t blocks; /* at the last look */
	off_t size;
};

static bool has_grown(void *ctx)
{
	struct growth *g = ctx;
	struct stat st;
	bool grown;

	g->job->alive(g->job->ctx);
	if (fstatat(g->dir, g->name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return false;
	grown = st.st_size != g->size || st.st_blocks != g->blocks;
	g->size = st.st_size;
	g->blocks = st.st_blocks;
	return grown;
}

/* Run a program that writes @name in @dir. Return: 0 and its status, or -errno. */
static int run_writer(const struct savedump_job *job, int dir, const char *name, char *const *argv,
		      int stdout_fd, int *ret_status, struct err *err)
{
	struct growth growth = { .job = job, .dir = dir, .name = name };
	const struct run_options options = {
		.stdout_fd = stdout_fd, .seconds = job->stall, .tick = has_grown, .ctx = &growth
	};

	job->alive(job->ctx);
	return run_program(argv, &options, ret_status, err);
}

static int save_log(const struct savedump_job *job, int dir, struct err *err)
{
	char *argv[] = { (char *)job->dmesg, (char *)job->vmcore, NULL };
	_cleanup_close_ int fd = openat(dir, LOG_UNFINISHED,
					O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	int status, r;

	if (fd < 0)
		return err_errno(err, -errno, "cannot create %s", LOG_UNFINISHED);
	r = run_writer(job, dir, LOG_UNFINISHED, argv, fd, &status, err);
	if (r == 0 && status != 0)
		r = err_set(err, -EIO, "exitcode:%d", status);
	if (r == 0)
		return publish(dir, LOG_UNFINISHED, LOG_NAME, err);
	if (fsync(fd) < 0) /* what was printed before the failure stays */
		console_say("cannot sync %s", LOG_UNFINISHED);
	return r;
}

static int save_core(const struct savedump_job *job, const char *folder, int dir, struct err *err)
{
	_cleanup_(strv_done) struct strv argv = { NULL };
	char output[PATH_MAX];
	int status, r;

	snprintf(output, sizeof(output), "%s/%s", folder, CORE_UNFINISHED);
	if (savedump_collector(job->collector, job->vmcore, output, &argv) < 0)
		return err_oom(err);
	r = run_writer(job, dir, CORE_UNFINISHED, argv.v, 0, &status, err);
	if (r == 0 && status != 0)
		return err_set(err, -EIO, "saving %s failed, exitcode:%d", CORE_NAME, status);
	if (r == 0) {
		job->alive(job->ctx);
		if (fchmodat(dir, CORE_UNFINISHED, 0600, 0) < 0)
			r = err_errno(err, -errno, "%s", CORE_UNFINISHED);
	}
	if (r == 0)
		r = publish(dir, CORE_UNFINISHED, CORE_NAME, err);
	return r < 0 ? err_prefix(err, r, "saving %s failed", CORE_NAME) : 0;
}

int savedump(const struct savedump_job *job, time_t when, struct err *err)
{
	_cleanup_free_ char *folder = NULL;
	_cleanup_close_ int dir = -1;
	struct err log_err = ERR_INIT;
	int r = savedump_make_folder(job->folder, when, &folder, err);

	if (r < 0)
		return r;
	console_say("saving to %s/", folder);
	dir = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (dir < 0)
		return err_errno(err, -errno, "cannot open %s", folder);
	console_say("saving %s", LOG_NAME);
	if (save_log(job, dir, &log_err) < 0)
		console_say("saving %s failed, %s", LOG_NAME, log_err.text);
	else
		console_say("saving %s complete", LOG_NAME);
	console_say("saving %s", CORE_NAME);
	r = save_core(job, folder, dir, err);
	if (r == 0)
		console_say("saving %s complete", CORE_NAME);
	return r;
}
