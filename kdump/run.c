/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "kdump/rootpath.h"
#include "kdump/run.h"

enum { REAP_SECONDS = 5 }; /* time for a killed program to be gone */

static bool is_program(const struct sysroot *root, const char *path)
{
	struct rootpath full;
	struct stat st;

	return path[0] == '/' && rootpath_join(root, path, &full, NULL) == 0 &&
	       stat(full.text, &st) == 0 && S_ISREG(st.st_mode) && access(full.text, X_OK) == 0;
}

static int found(const char *path, char **ret, struct err *err)
{
	char *copy = strdup(path);

	if (!copy)
		return err_oom(err);
	*ret = copy;
	return 0;
}

int run_find(const struct sysroot *root, const char *name, const char *dirs, char **ret,
	     struct err *err)
{
	char path[PATH_MAX];

	if (strchr(name, '/')) {
		if (is_program(root, name))
			return found(name, ret, err);
		return err_set(err, -ENOENT, "%s: not a program", name);
	}
	for (const char *p = dirs; *p;) {
		size_t len = strcspn(p, ":");
		int n = snprintf(path, sizeof(path), "%.*s/%s", (int)len, p, name);

		if (n > 0 && (size_t)n < sizeof(path) && is_program(root, path))
			return found(path, ret, err);
		p += len + (p[len] == ':');
	}
	return err_set(err, -ENOENT, "%s: no such program in %s", name, dirs);
}

int run_find_here(const struct sysroot *root, const char *name, const char *dir, char **ret,
		  struct err *err)
{
	static const struct sysroot here = { .dir = "" };
	bool first = dir && sysroot_is_real(root);
	const char *path = getenv("PATH");
	_cleanup_free_ char *dirs = NULL;

	if (asprintf(&dirs, "%s%s%s", first ? dir : "", first ? ":" : "",
		     path ? path : RUN_USUAL_DIRS) < 0) {
		dirs = NULL;
		return err_oom(err);
	}
	return run_find(&here, name, dirs, ret, err);
}

static int exit_status(int status)
{
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

/* Wait at most @seconds for @pid. Return: 1 when it has ended, 0 when time is over, -errno. */
static int wait_some(pid_t pid, unsigned int seconds, int *status)
{
	struct timespec start, now, left = { .tv_sec = seconds };
	sigset_t child;

	sigemptyset(&child);
	sigaddset(&child, SIGCHLD);
	clock_gettime(CLOCK_MONOTONIC, &start);
	for (;;) {
		pid_t got = waitpid(pid, status, WNOHANG);
		long long used_ns;

		if (got == pid)
			return 1;
		if (got < 0 && errno != EINTR)
			return -errno;
		clock_gettime(CLOCK_MONOTONIC, &now);
		used_ns = (now.tv_sec - start.tv_sec) * 1000000000LL + now.tv_nsec - start.tv_nsec;
		used_ns = seconds * 1000000000LL - used_ns;
		if (used_ns <= 0)
			return 0;
		left.tv_sec = (time_t)(used_ns / 1000000000LL);
		left.tv_nsec = (long)(used_ns % 1000000000LL);
		sigtimedwait(&child, NULL, &left);
	}
}

static int supervise(pid_t pid, const struct run_options *options, int *status, struct err *err)
{
	unsigned int idle = 0;
	int r;

	while ((r = wait_some(pid, 1, status)) == 0) {
		idle++;
		if (options->tick && options->tick(options->ctx))
			idle = 0;
		if (options->seconds == 0 || idle < options->seconds)
			continue;
		kill(pid, SIGKILL);
		r = wait_some(pid, REAP_SECONDS, status);
		return err_set(err, -ETIMEDOUT, "no progress for %u s%s", idle,
			       r == 1 ? ", stopped" : "; it cannot be stopped");
	}
	return r < 0 ? err_errno(err, r, "cannot wait for it") : 0;
}

/* Start argv[0]; @unblocked is its signal mask. Return: 0 or -errno. */
static int start(char *const *argv, const struct run_options *options, const sigset_t *unblocked,
		 pid_t *ret)
{
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attr;
	int r;

	r = posix_spawn_file_actions_init(&files);
	if (r != 0)
		return -r;
	r = posix_spawnattr_init(&attr);
	if (r != 0) {
		posix_spawn_file_actions_destroy(&files);
		return -r;
	}
	if (options->stdin_fd > 0)
		r = posix_spawn_file_actions_adddup2(&files, options->stdin_fd, STDIN_FILENO);
	else
		r = posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY,
						     0);
	if (r == 0 && options->stdout_fd > 0)
		r = posix_spawn_file_actions_adddup2(&files, options->stdout_fd, STDOUT_FILENO);
	if (r == 0 && options->stderr_fd > 0)
		r = posix_spawn_file_actions_adddup2(&files, options->stderr_fd, STDERR_FILENO);
	if (r == 0 && options->quiet)
		r = posix_spawn_file_actions_addopen(&files, STDERR_FILENO, "/dev/null", O_WRONLY,
						     0);
	if (r == 0)
		r = posix_spawnattr_setsigmask(&attr, unblocked);
	if (r == 0)
		r = posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGMASK);
	if (r == 0)
		r = posix_spawn(ret, argv[0], &files, &attr, argv, environ);
	posix_spawnattr_destroy(&attr);
	posix_spawn_file_actions_destroy(&files);
	return -r;
}

/* Block SIGCHLD, so that sigtimedwait() never misses it. */
static void block(sigset_t *before)
{
	sigset_t child;

	sigemptyset(&child);
	sigaddset(&child, SIGCHLD);
	sigprocmask(SIG_BLOCK, &child, before);
}

int run_start(char *const *argv, const struct run_options *options, pid_t *ret, struct err *err)
{
	sigset_t none;
	int r;

	sigemptyset(&none);
	r = start(argv, options, &none, ret);
	return r < 0 ? err_errno(err, r, "cannot run %s", argv[0]) : 0;
}

int run_wait(pid_t pid, unsigned int seconds, int *ret_status, struct err *err)
{
	sigset_t before;
	int status = 0, r;

	block(&before);
	r = wait_some(pid, seconds, &status);
	if (r == 0) {
		kill(pid, SIGKILL);
		r = wait_some(pid, REAP_SECONDS, &status);
		r = err_set(err, -ETIMEDOUT, "no end after %u s%s", seconds,
			    r == 1 ? ", stopped" : "; it cannot be stopped");
	} else if (r < 0) {
		err_errno(err, r, "cannot wait for it");
	}
	sigprocmask(SIG_SETMASK, &before, NULL);
	if (r < 0)
		return r;
	*ret_status = exit_status(status);
	return 0;
}

int run_program(char *const *argv, const struct run_options *options, int *ret_status,
		struct err *err)
{
	sigset_t before;
	int status = 0, r;
	pid_t pid;

	block(&before);
	r = run_start(argv, options, &pid, err);
	if (r == 0)
		r = supervise(pid, options, &status, err);
	sigprocmask(SIG_SETMASK, &before, NULL);
	if (r < 0)
		return r;
	*ret_status = exit_status(status);
	return 0;
}
