/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A process that hands on what is written to it and counts the bytes, so that others can see
 * whether a stream still flows; or looks in it for what a program says and does not tell otherwise.
 */
#ifndef KDUMP_RELAY_H
#define KDUMP_RELAY_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "lib/attrs.h"
#include "lib/err.h"

enum { RELAY_TEXT_MAX = 256 }; /* bytes that are looked for */

/** struct relay_state - what the process tells, in memory that both see. */
struct relay_state {
	_Atomic uint64_t bytes;
	atomic_bool found;
};

/** struct relay - RELAY_NONE where there is none. */
struct relay {
	int fd;    /* what is written here is handed on; closed on exec */
	pid_t pid; /* 0: there is no process */
	struct relay_state *state;
};

#define RELAY_NONE                                                                                 \
	{                                                                                          \
		.fd = -1                                                                           \
	}

/**
 * relay_start() - start a process.
 * @out: where the bytes go; stays the caller's, who closes it once this has returned if
 *	the process alone is to hold it. Of a pipe, the other end must not be open here: the process
 *	would have it too, and never see that nobody reads.
 * @text: what to look for, of at most RELAY_TEXT_MAX bytes; NULL: nothing.
 * @ret: untouched on failure.
 * Return: 0 or -errno.
 */
_must_check_ int relay_start(int out, const char *text, struct relay *ret, struct err *err);

/** relay_bytes() - how many have been handed on. */
uint64_t relay_bytes(const struct relay *relay);

/**
 * relay_finish() - close our end, and wait until all is handed on.
 * @seconds: the longest to wait; the process is killed then.
 * @ret_found: whether there was the text that it looked for, as far as it came; NULL: no matter.
 * Return: 0; -EPIPE if what it writes to did not take all; -ETIMEDOUT. RELAY_NONE in any case
 * afterwards.
 */
_must_check_ int relay_finish(struct relay *relay, unsigned int seconds, bool *ret_found,
			      struct err *err);

#endif
