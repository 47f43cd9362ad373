/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * When it was by the clock of the wall. A log counts from boot; some of its lines tell both.
 */
#ifndef VMCORE_DMESG_MOMENT_H
#define VMCORE_DMESG_MOMENT_H

#include "vmcore-dmesg/lines.h"

/** struct moment - one point in time by both clocks. */
struct moment {
	bool known;
	uint64_t nsec;  /* since boot */
	uint64_t epoch; /* nanoseconds since 1970, UTC */
};

/** moment_take() - does @line tell what time it was? Sets *@ret only if so. */
void moment_take(struct moment *ret, const struct log_line *line);

#endif
