/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What ended a kernel, from what it logged. A log that goes on with another kernel's, as a
 * serial console's does, is about the last that crashed.
 */
#ifndef VMCORE_DMESG_CAUSE_H
#define VMCORE_DMESG_CAUSE_H

#include "vmcore-dmesg/lines.h"
#include "vmcore-dmesg/story.h"

/* The log's last lines, shown where no cause is found; bytes of each. */
enum { TAIL_LINES = 10, TAIL_MAX = 200 };

/** struct cause_core - what a core's VMCOREINFO says about the crash. */
struct cause_core {
	char kernel[KERNEL_NAME_MAX]; /* OSRELEASE; "" */
	bool has_time;
	uint64_t seconds; /* CRASHTIME, since 1970 */
};

/** struct tail_line - one of the log's last lines. */
struct tail_line {
	char text[TAIL_MAX];
	bool has_time;
	uint64_t nsec;
};

/** struct cause - starts zeroed; release with cause_done(). */
struct cause {
	struct story now;
	struct story before; /* of the newest kernel before that crashed */
	bool has_before;
	struct cause_core core;
	struct tail_line tail[TAIL_LINES]; /* a ring: number n is at n % TAIL_LINES */
	uint64_t lines;                    /* that are not empty */
};

/** cause_sink() - a sink that takes the log's lines, oldest first. */
struct line_sink cause_sink(struct cause *cause);

/**
 * cause_finish() - all lines are in: decide.
 * Return: the story that says most: its has_fatal tells whether a cause was found. Borrowed
 * from @cause.
 */
const struct story *cause_finish(struct cause *cause);

/** cause_done() - release. */
void cause_done(struct cause *cause);

#endif
