/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One kdumpctl at a time: a lock file that says who holds it.
 */
#ifndef KDUMP_LOCK_H
#define KDUMP_LOCK_H

#include "lib/attrs.h"
#include "lib/err.h"
#include "lib/sysroot.h"

#define LOCK_PATH "/run/lock/kdump"

enum {
	LOCK_WAIT_MAX = 600,  /* seconds until waiting ends in an error */
	LOCK_WAIT_NOTICE = 5, /* seconds between two calls of the notice */
};

/**
 * lock_notice - called while the lock is held by another process.
 * @holder: what the holder wrote into the file ("PID COMMAND"), "" if nothing.
 */
typedef void lock_notice(void *ctx, const char *holder);

/**
 * lock_take() - take the lock, waiting at most @wait_max seconds.
 * @command: one word, told to those who wait.
 * @notice: called at once and then every LOCK_WAIT_NOTICE seconds while waiting.
 * @ret_fd: holds the lock until it is closed; not inherited by programs that are run.
 * Return: 0, -ETIMEDOUT, -errno.
 */
_must_check_ int lock_take(const struct sysroot *root, const char *command, unsigned int wait_max,
			   lock_notice *notice, void *ctx, int *ret_fd, struct err *err);

#endif
