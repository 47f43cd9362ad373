/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A process beside the capture that gets the machine back when the capture itself is
 * stuck, e.g. in a mount or sync on a disk that no longer answers. The capture tells it
 * how long the step that begins may take.
 */
#ifndef KDUMP_GUARD_H
#define KDUMP_GUARD_H

#include <stdbool.h>

#include "lib/attrs.h"
#include "lib/err.h"

#include "kdump/conf.h"

enum { GUARD_STEP_MAX = 64 }; /* bytes of a step's name, with NUL */

/** struct guard_end - what goes with each step; may change at any time before one. */
struct guard_end {
	enum conf_action action; /* in force, as crash_loop may have changed it */
	bool saved;              /* there is a whole dump: the steps from now on cannot lose it */
	bool remote; /* files of a server are mounted, which may be what is waited for */
};

/**
 * guard_action - what to do when time is over; called in the guard's process, which has the
 * memory of when it was started. @end: what came with the step.
 * Return: is the step to have the same time once more?
 */
typedef bool guard_action(const char *step, unsigned int seconds, const struct guard_end *end);

/** struct guard - the way to the process; GUARD_NONE where there is none. */
struct guard {
	int fd;
	struct guard_end end;
};

#define GUARD_NONE                                                                                 \
	{                                                                                          \
		.fd = -1                                                                           \
	}

/**
 * guard_start() - start the process. It ends when the descriptor is closed.
 * Return: 0 or -errno.
 */
_must_check_ int guard_start(struct guard *guard, guard_action *expired, struct err *err);

/**
 * guard_step() - a step begins, or goes on: from now it may take @seconds.
 * @name: for the message; cut to fit. @seconds: 0: as long as it likes. Does nothing on GUARD_NONE.
 */
void guard_step(const struct guard *guard, const char *name, unsigned int seconds);

#endif
