/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <unistd.h>

#include "kdump/mountspace.h"
#include "kdump/run.h"

/* What the process in the namespace leaves to the one outside; in memory that both have. */
struct outcome {
	int code; /* as mountspace_run() returns it */
	struct err err;
};

/* A file system in memory at @place, which nobody else sees. */
static int mount_private(const char *place, struct err *err)
{
	if (unshare(CLONE_NEWNS) < 0)
		return err_errno(err, -errno, "cannot make a mount namespace");
	if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
		return err_errno(err, -errno, "cannot make the mounts private");
	if (mount("tmpfs", place, "tmpfs", MS_NOSUID, "mode=0755") < 0)
		return err_errno(err, -errno, "cannot mount a tmpfs on %s", place);
	return 0;
}

static _Noreturn void run_inside(mountspace_work *work, const char *place, const void *ctx,
				 struct outcome *outcome)
{
	int r = mount_private(place, &outcome->err);

	outcome->code = r < 0 ? r : work(place, ctx, &outcome->err);
	_exit(0);
}

static int fork_and_wait(mountspace_work *work, const char *place, const void *ctx,
			 unsigned int seconds, struct outcome *outcome, struct err *err)
{
	int status, r;
	pid_t pid;

	fflush(NULL);
	pid = fork();
	if (pid < 0)
		return err_errno(err, -errno, "cannot fork");
	if (pid == 0)
		run_inside(work, place, ctx, outcome);
	r = run_wait(pid, seconds, &status, err);
	if (r < 0)
		return r;
	if (status != 0)
		return err_set(err, -EIO, "ended with status %d", status);
	if (outcome->code < 0)
		*err = outcome->err;
	return outcome->code;
}

int mountspace_run(mountspace_work *work, const void *ctx, unsigned int seconds, struct err *err)
{
	char place[] = "/run/kdump-root.XXXXXX";
	struct outcome *outcome;
	int r;

	outcome = mmap(NULL, sizeof(*outcome), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
		       -1, 0);
	if (outcome == MAP_FAILED)
		return err_oom(err);
	if (!mkdtemp(place)) {
		r = err_errno(err, -errno, "cannot make a folder in /run");
	} else {
		r = fork_and_wait(work, place, ctx, seconds, outcome, err);
		rmdir(place);
	}
	munmap(outcome, sizeof(*outcome));
	return r;
}
