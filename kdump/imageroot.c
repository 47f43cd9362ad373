/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kdump/earlyfs.h"
#include "kdump/imageroot.h"
#include "kdump/imageunpack.h"
#include "kdump/run.h"

/* What the process in the namespace leaves to the one outside; in memory that both have. */
struct outcome {
	int code; /* as imageroot_run() returns it */
	int status;
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

static int enter(const struct sysroot *root, const char *image, const char *place, struct err *err)
{
	_cleanup_close_ int dir = -1;
	int r = mount_private(place, err);

	if (r < 0)
		return r;
	dir = open(place, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (dir < 0)
		return err_errno(err, -errno, "%s", place);
	r = image_unpack(root, image, dir, err);
	if (r < 0)
		return r;
	/* pivot_root(2): the old root ends up below the new one, and is let go. */
	if (fchdir(dir) < 0 || syscall(SYS_pivot_root, ".", ".") < 0 ||
	    umount2(".", MNT_DETACH) < 0 || chdir("/") < 0)
		return err_errno(err, -errno, "cannot change the root to the image's files");
	return earlyfs_mount(err);
}

static _Noreturn void run_inside(const struct sysroot *root, const char *image, const char *place,
				 char *const *argv, unsigned int seconds, struct outcome *outcome)
{
	const struct run_options options = { .seconds = seconds };

	outcome->code = enter(root, image, place, &outcome->err);
	if (outcome->code == 0)
		outcome->code = run_program(argv, &options, &outcome->status, &outcome->err);
	_exit(0);
}

static int fork_and_wait(const struct sysroot *root, const char *image, const char *place,
			 char *const *argv, unsigned int seconds, struct outcome *outcome,
			 struct err *err)
{
	int status;
	pid_t pid;

	fflush(NULL);
	pid = fork();
	if (pid < 0)
		return err_errno(err, -errno, "cannot fork");
	if (pid == 0)
		run_inside(root, image, place, argv, seconds, outcome);
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return err_errno(err, -errno, "cannot wait for process %d", (int)pid);
	if (WIFSIGNALED(status))
		return err_set(err, -EIO, "ended by signal %d", WTERMSIG(status));
	return 0;
}

int imageroot_run(const struct sysroot *root, const char *image, char *const *argv,
		  unsigned int seconds, int *ret_status, struct err *err)
{
	char place[] = "/run/kdump-root.XXXXXX";
	struct outcome *outcome;
	int r;

	outcome = mmap(NULL, sizeof(*outcome), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
		       -1, 0);
	if (outcome == MAP_FAILED)
		return err_oom(err);
	outcome->code = -EIO;
	if (!mkdtemp(place)) {
		r = err_errno(err, -errno, "cannot make a folder in /run");
	} else {
		r = fork_and_wait(root, image, place, argv, seconds, outcome, err);
		rmdir(place);
	}
	if (r == 0) {
		r = outcome->code;
		if (r < 0)
			*err = outcome->err;
		else
			*ret_status = outcome->status;
	}
	munmap(outcome, sizeof(*outcome));
	return r;
}
