/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/mman.h>
#include <unistd.h>

#include "lib/file.h"

#include "kdump/relay.h"
#include "kdump/run.h"

enum { BUFFER_BYTES = 256 << 10 };

/* The process: ends well only when the other side has closed, and all is written. */
static _Noreturn void hand_on(int in, int out, _Atomic uint64_t *counter)
{
	static char buffer[BUFFER_BYTES];
	ssize_t n;

	signal(SIGPIPE, SIG_IGN);
	while ((n = read(in, buffer, sizeof(buffer))) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 || file_write_all(out, buffer, (size_t)n) < 0)
			_exit(1);
		atomic_fetch_add(counter, (uint64_t)n);
	}
	_exit(0);
}

int relay_start(int out, struct relay *ret, struct err *err)
{
	_Atomic uint64_t *counter = mmap(NULL, sizeof(*counter), PROT_READ | PROT_WRITE,
					 MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	int fds[2];
	pid_t pid;

	if (counter == MAP_FAILED)
		return err_oom(err);
	if (pipe2(fds, O_CLOEXEC) < 0) {
		munmap(counter, sizeof(*counter));
		return err_errno(err, -errno, "cannot make a pipe");
	}
	pid = fork();
	if (pid == 0) {
		close(fds[1]);
		hand_on(fds[0], out, counter);
	}
	close(fds[0]);
	if (pid < 0) {
		int r = err_errno(err, -errno, "cannot start a process");

		close(fds[1]);
		munmap(counter, sizeof(*counter));
		return r;
	}
	*ret = (struct relay){ .fd = fds[1], .pid = pid, .counter = counter };
	return 0;
}

uint64_t relay_bytes(const struct relay *relay)
{
	return relay->counter ? atomic_load(relay->counter) : 0;
}

int relay_finish(struct relay *relay, unsigned int seconds, struct err *err)
{
	int status = 0, r;

	if (relay->pid == 0)
		return 0;
	close(relay->fd);
	r = run_wait(relay->pid, seconds, &status, err);
	munmap(relay->counter, sizeof(*relay->counter));
	*relay = (struct relay)RELAY_NONE;
	if (r == 0 && status != 0)
		return err_set(err, -EPIPE, "the connection did not take all");
	return r;
}
