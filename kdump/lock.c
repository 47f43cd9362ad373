/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "kdump/lock.h"
#include "kdump/rootpath.h"

enum {
	HOLDER_MAX = 80, /* bytes of "PID COMMAND" */
	POLL_NS = 100 * 1000 * 1000,
	POLLS_PER_SECOND = 10,
};

static void read_holder(int fd, char ret[static HOLDER_MAX])
{
	ssize_t n = pread(fd, ret, HOLDER_MAX - 1, 0);

	ret[n > 0 ? n : 0] = '\0';
	ret[strcspn(ret, "\n")] = '\0';
}

static int write_holder(int fd, const char *command)
{
	if (ftruncate(fd, 0) < 0)
		return -errno;
	return dprintf(fd, "%d %s\n", (int)getpid(), command) < 0 ? -errno : 0;
}

static int wait_for(int fd, unsigned int wait_max, lock_notice *notice, void *ctx, struct err *err)
{
	const struct timespec pause = { .tv_nsec = POLL_NS };
	char holder[HOLDER_MAX];

	for (unsigned int polls = 0; flock(fd, LOCK_EX | LOCK_NB) < 0; polls++) {
		if (errno != EWOULDBLOCK && errno != EINTR)
			return err_errno(err, -errno, "cannot lock %s", LOCK_PATH);
		read_holder(fd, holder);
		if (polls >= wait_max * POLLS_PER_SECOND) {
			err_set(err, -ETIMEDOUT, "waited %u s for the kdump lock, held by %s",
				wait_max, holder[0] ? holder : "another process");
			return err_hint(err, -ETIMEDOUT, "See what that process is doing.");
		}
		if (polls % (LOCK_WAIT_NOTICE * POLLS_PER_SECOND) == 0)
			notice(ctx, holder);
		nanosleep(&pause, NULL);
	}
	return 0;
}

/* Its folder may not be there yet while the system boots: tmpfiles.d(5) makes it. */
static int open_file(const char *path)
{
	char folder[PATH_MAX];
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644);

	if (fd >= 0 || errno != ENOENT)
		return fd < 0 ? -errno : fd;
	snprintf(folder, sizeof(folder), "%.*s", (int)(strrchr(path, '/') - path), path);
	if (mkdir(folder, 0755) < 0 && errno != EEXIST)
		return -errno;
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644);
	return fd < 0 ? -errno : fd;
}

int lock_take(const struct sysroot *root, const char *command, unsigned int wait_max,
	      lock_notice *notice, void *ctx, int *ret_fd, struct err *err)
{
	_cleanup_close_ int fd = -1;
	struct rootpath path;
	int r = rootpath_join(root, LOCK_PATH, &path, err);

	if (r < 0)
		return r;
	fd = open_file(path.text);
	if (fd < 0) {
		r = err_errno(err, fd, "cannot open %s", LOCK_PATH);
		return r == -EACCES ? err_hint(err, r, "Run it as root.") : r;
	}
	r = wait_for(fd, wait_max, notice, ctx, err);
	if (r < 0)
		return r;
	r = write_holder(fd, command);
	if (r < 0)
		return err_errno(err, r, "cannot write %s", LOCK_PATH);
	*ret_fd = TAKE_FD(fd);
	return 0;
}
