/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <unistd.h>

#include "kdump/guard.h"

/* What goes through the pipe; smaller than PIPE_BUF, so that it comes whole. */
struct message {
	unsigned int seconds;
	struct guard_end end;
	char step[GUARD_STEP_MAX];
};

/* The guard's whole life. Nothing is timed before the first message. */
static void watch(int fd, guard_action *expired)
{
	struct message now = { 0 };
	struct pollfd p = { .fd = fd, .events = POLLIN };

	for (;;) {
		int timeout = now.seconds ? (int)now.seconds * 1000 : -1;
		int r = poll(&p, 1, timeout);
		ssize_t n;

		if (r == 0 && expired(now.step, now.seconds, &now.end))
			continue;
		if (r == 0)
			_exit(0);
		if (r < 0 && errno != EINTR)
			_exit(1);
		if (r < 0)
			continue;
		n = read(fd, &now, sizeof(now));
		if (n != sizeof(now))
			_exit(0);
	}
}

int guard_start(struct guard *guard, guard_action *expired, struct err *err)
{
	int fds[2];
	pid_t pid;

	if (pipe2(fds, O_CLOEXEC) < 0)
		return err_errno(err, -errno, "cannot make a pipe to the guard");
	pid = fork();
	if (pid < 0) {
		int r = err_errno(err, -errno, "cannot start the guard");

		close(fds[0]);
		close(fds[1]);
		return r;
	}
	if (pid == 0) {
		close(fds[1]);
		watch(fds[0], expired);
	}
	close(fds[0]);
	guard->fd = fds[1];
	return 0;
}

void guard_step(const struct guard *guard, const char *name, unsigned int seconds)
{
	struct message m = { .seconds = seconds, .end = guard->end };

	if (guard->fd < 0)
		return;
	snprintf(m.step, sizeof(m.step), "%s", name);
	while (write(guard->fd, &m, sizeof(m)) < 0 && errno == EINTR)
		;
}
