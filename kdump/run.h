/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Other programs: found in a list of folders, started by argument list and never through
 * a shell, and waited for with a bound.
 */
#ifndef KDUMP_RUN_H
#define KDUMP_RUN_H

#include <stdbool.h>
#include <sys/types.h>

#include "lib/attrs.h"
#include "lib/err.h"
#include "lib/sysroot.h"

/* Folders of programs where PATH is not set or not to be trusted. */
#define RUN_USUAL_DIRS "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

/**
 * run_tick - called about once a second while a program runs.
 * Return: true if there was progress since the last call, which starts the time anew.
 */
typedef bool run_tick(void *ctx);

/** struct run_options - how to run a program. All zero: our stdout, no time limit. */
struct run_options {
	int stdin_fd;         /* where its input comes from; 0: there is none */
	int stdout_fd;        /* where its output goes; 0: to ours */
	int stderr_fd;        /* where its messages go; 0: to ours */
	bool quiet;           /* what it says on stderr goes nowhere */
	unsigned int seconds; /* time until it is killed, from the start or the last progress;
				 0: no limit */
	run_tick *tick;       /* may be NULL: no progress is ever seen */
	void *ctx;
};

/**
 * run_find() - find a program as execvp() would, below @root.
 * @name: one with a slash is taken as it is, and must then be absolute.
 * @dirs: folders parted by colons.
 * @ret: malloc()ed path as on the machine; the caller frees.
 * Return: 0, -ENOENT, -ENOMEM.
 */
_must_check_ int run_find(const struct sysroot *root, const char *name, const char *dirs,
			  char **ret, struct err *err);

/**
 * run_find_here() - find a program that is to run on this machine, whatever @root is: below
 * a sysroot, only PATH says which.
 * @dir: where to look first on the machine itself; NULL: nowhere in particular.
 * @ret: as run_find().
 */
_must_check_ int run_find_here(const struct sysroot *root, const char *name, const char *dir,
			       char **ret, struct err *err);

/**
 * run_program() - run a program to its end. It inherits stderr, if not @quiet, and the
 * environment, has no stdin, and starts with no signal blocked.
 * @argv: argv[0] is the file to run, with a slash in it.
 * @ret_status: its exit status, or 128 plus the signal that ended it, as shells count.
 * Return: 0 if it ran to its end, well or not; -ETIMEDOUT if it was killed for time;
 * -errno if it could not be started.
 */
_must_check_ int run_program(char *const *argv, const struct run_options *options, int *ret_status,
			     struct err *err);

/**
 * run_start() - start a program as run_program() does, and go on.
 * @options: only where its input, output and messages go counts.
 * @ret: its process, for run_wait().
 * Return: 0 or -errno.
 */
_must_check_ int run_start(char *const *argv, const struct run_options *options, pid_t *ret,
			   struct err *err);

/**
 * run_wait() - wait for a process of ours to end.
 * @seconds: the longest to wait; it is killed then.
 * Return: 0 and its status as run_program() tells it; -ETIMEDOUT; -errno.
 */
_must_check_ int run_wait(pid_t pid, unsigned int seconds, int *ret_status, struct err *err);

#endif
