/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How far a dump is, on the console, for whoever stands before the machine with a finger on its
 * reset button: percents, rate and time left. One short line at a time, every second at first
 * and then ever less often, so that a slow serial console does not hold up the dump.
 */
#ifndef KDUMP_PROGRESS_H
#define KDUMP_PROGRESS_H

#include <stdint.h>

#include "lib/attrs.h"

enum { PROGRESS_TEXT_MAX = 96 };

/** struct progress - set @total, zero the rest. */
struct progress {
	uint64_t total;    /* bytes; 0: not known, and then nothing is told */
	uint64_t began_ms; /* CLOCK_MONOTONIC */
	uint64_t next_ms;  /* when the next line is due */
	unsigned int lines;
};

/** progress_text() - "37% of 2.0 GiB, 512 MiB/s, 3 s left". @elapsed_ms: since the beginning. */
void progress_text(uint64_t done, uint64_t total, uint64_t elapsed_ms,
		   char ret[static PROGRESS_TEXT_MAX]);

/** progress_tell() - say how far it is, if a line is due. The first call begins. @done: bytes. */
void progress_tell(struct progress *progress, const char *name, uint64_t done);

#endif
