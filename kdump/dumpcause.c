/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "lib/scratch.h"

#include "kdump/dumpcause.h"
#include "kdump/jsonfield.h"
#include "kdump/run.h"

enum {
	CAUSE_MAX = 1 << 20, /* bytes of JSON; vmcore-dmesg's is some 10 KiB */
	CAUSE_SECONDS = 30,
	STATUS_NO_CAUSE = 3, /* vmcore-dmesg(8): no crash in the log; what it has was printed */
	STATUS_DAMAGED = 6,  /* cut short; what could be read was printed */
};

void dump_cause_done(struct dump_cause *cause)
{
	free(cause->json);
	free(cause->kernel);
	free(cause->kind);
	free(cause->function);
	free(cause->module);
	*cause = (struct dump_cause){ NULL };
}

/*
 * Open a file of a dump for the program, which gets it as a descriptor: whatever a name may
 * lead to later, this is what was looked at. Hence no O_CLOEXEC.
 */
static int open_file(const struct dumps *dumps, const struct dump *dump, const char *name,
		     struct err *err)
{
	_cleanup_close_ int dir = dump_open(dumps, dump), fd = -1;
	struct stat st;

	if (dir < 0)
		return err_errno(err, dir, "cannot open %s/%s", dumps->path, dump->name);
	fd = openat(dir, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
	if (fd < 0 || fstat(fd, &st) < 0)
		return err_errno(err, -errno, "cannot open %s/%s/%s", dumps->path, dump->name,
				 name);
	if (!S_ISREG(st.st_mode))
		return err_set(err, -EINVAL, "%s/%s/%s is no regular file", dumps->path, dump->name,
			       name);
	return TAKE_FD(fd);
}

static int run_dmesg(const char *program, int fd, const char *option, int stdout_fd,
		     struct err *err)
{
	const struct run_options options = { .stdout_fd = stdout_fd,
					     .quiet = true,
					     .seconds = CAUSE_SECONDS };
	char path[sizeof("/proc/self/fd/2147483647")], cause[] = "--cause";
	char *argv[] = { (char *)program, cause, path, (char *)option, NULL };
	int status, r;

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	r = run_program(argv, &options, &status, err);
	if (r < 0)
		return err_prefix(err, r, "%s", program);
	if (status != 0 && status != STATUS_NO_CAUSE && status != STATUS_DAMAGED)
		return err_set(err, -EIO, "%s cannot read it (exit status %d)", program, status);
	return 0;
}

static int pick(const struct dump_cause *cause, size_t size, const char *key, char **ret)
{
	int r = jsonfield_string(cause->json, size, key, ret);

	return r < 0 ? r : 0;
}

static int pick_all(struct dump_cause *cause, size_t size)
{
	int r = pick(cause, size, "kernel", &cause->kernel);

	if (r == 0)
		r = pick(cause, size, "kind", &cause->kind);
	if (r == 0)
		r = pick(cause, size, "function", &cause->function);
	return r < 0 ? r : pick(cause, size, "module", &cause->module);
}

int dump_cause_read(const char *program, const struct dumps *dumps, const struct dump *dump,
		    struct dump_cause *ret, struct err *err)
{
	_cleanup_(dump_cause_done) struct dump_cause cause = { NULL };
	_cleanup_close_ int fd = -1, output = -1;
	size_t size;
	int r;

	if (!dump->log)
		return err_set(err, -ENODATA, "%s/%s has no log", dumps->path, dump->name);
	fd = open_file(dumps, dump, dump->log, err);
	if (fd < 0)
		return fd;
	output = scratch_open(err);
	if (output < 0)
		return output;
	r = run_dmesg(program, fd, "--json", output, err);
	if (r == 0)
		r = scratch_read(output, program, CAUSE_MAX, &cause.json, &size, err);
	if (r < 0)
		return r;
	r = pick_all(&cause, size);
	if (r < 0)
		return err_errno(err, r, "what %s printed", program);
	*ret = cause;
	cause = (struct dump_cause){ NULL };
	return 0;
}

int dump_cause_print(const char *program, const struct dumps *dumps, const struct dump *dump,
		     struct err *err)
{
	const char *name = dump->log ? dump->log : dump->core;
	_cleanup_close_ int fd = -1;

	if (!name)
		return err_set(err, -ENODATA, "%s/%s has neither a log nor memory", dumps->path,
			       dump->name);
	fd = open_file(dumps, dump, name, err);
	if (fd < 0)
		return fd;
	fflush(stdout);
	return run_dmesg(program, fd, NULL, 0, err);
}
