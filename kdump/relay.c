/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "lib/file.h"

#include "kdump/relay.h"
#include "kdump/run.h"

enum { BUFFER_BYTES = 256 << 10 };

/* @kept: bytes at the beginning that came before, as the text may have begun in them. */
static bool look_for(const char *text, char *buffer, size_t *kept, size_t n)
{
	size_t len = strlen(text), size = *kept + n;
	bool found = memmem(buffer, size, text, len) != NULL;

	*kept = size < len - 1 ? size : len - 1;
	memmove(buffer, buffer + size - *kept, *kept);
	return found;
}

/* The process: ends well only when the other side has closed, and all is written. */
static _Noreturn void hand_on(int in, int out, const char *text, struct relay_state *state)
{
	static char buffer[RELAY_TEXT_MAX + BUFFER_BYTES];
	size_t kept = 0;
	ssize_t n;

	signal(SIGPIPE, SIG_IGN);
	while ((n = read(in, buffer + kept, BUFFER_BYTES)) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 || file_write_all(out, buffer + kept, (size_t)n) < 0)
			_exit(1);
		atomic_fetch_add(&state->bytes, (uint64_t)n);
		if (text && look_for(text, buffer, &kept, (size_t)n))
			atomic_store(&state->found, true);
	}
	_exit(0);
}

int relay_start(int out, const char *text, struct relay *ret, struct err *err)
{
	struct relay_state *state = mmap(NULL, sizeof(*state), PROT_READ | PROT_WRITE,
					 MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	int fds[2];
	pid_t pid;

	if (state == MAP_FAILED)
		return err_oom(err);
	if (pipe2(fds, O_CLOEXEC) < 0) {
		munmap(state, sizeof(*state));
		return err_errno(err, -errno, "cannot make a pipe");
	}
	pid = fork();
	if (pid == 0) {
		close(fds[1]);
		hand_on(fds[0], out, text, state);
	}
	close(fds[0]);
	if (pid < 0) {
		int r = err_errno(err, -errno, "cannot start a process");

		close(fds[1]);
		munmap(state, sizeof(*state));
		return r;
	}
	*ret = (struct relay){ .fd = fds[1], .pid = pid, .state = state };
	return 0;
}

uint64_t relay_bytes(const struct relay *relay)
{
	return relay->state ? atomic_load(&relay->state->bytes) : 0;
}

int relay_finish(struct relay *relay, unsigned int seconds, bool *ret_found, struct err *err)
{
	int status = 0, r;

	if (ret_found)
		*ret_found = false;
	if (relay->pid == 0)
		return 0;
	close(relay->fd);
	r = run_wait(relay->pid, seconds, &status, err);
	if (ret_found)
		*ret_found = atomic_load(&relay->state->found);
	munmap(relay->state, sizeof(*relay->state));
	*relay = (struct relay)RELAY_NONE;
	if (r == 0 && status != 0)
		return err_set(err, -EPIPE, "the connection did not take all");
	return r;
}
