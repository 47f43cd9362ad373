/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The lines of a kernel's log, wherever they come from: records that a reader delivers, or
 * text that somebody saved (vmcore-dmesg.txt, dmesg's output, a serial console, a syslog
 * file). What stands in front of a message is taken off and kept as values: level, time,
 * caller, the syslog daemon's words.
 */
#ifndef VMCORE_DMESG_LINES_H
#define VMCORE_DMESG_LINES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/attrs.h"
#include "lib/bytes.h"
#include "lib/err.h"
#include "vmcore-dmesg/record.h"
#include "vmcore-dmesg/wall.h"

/* Bytes of a line that are looked at, with a NUL; what is longer is cut. */
enum { LINE_TEXT_MAX = 1024 };

/** struct log_line - one line of a message; borrowed for the call that hands it over. */
struct log_line {
	char text[LINE_TEXT_MAX]; /* printable ASCII, other bytes as \xNN; no blanks at its end */
	size_t size;              /* bytes of text */
	bool has_time;
	uint64_t nsec;    /* since boot */
	uint32_t caller;  /* as in struct record; 0: not said */
	struct wall wall; /* what a syslog daemon or dmesg says */
};

/**
 * line_fn - takes a line.
 * Return: 0, or -errno with @err set, which ends the reading with that error.
 */
typedef int line_fn(void *ctx, const struct log_line *line, struct err *err);

/** struct line_sink - where lines go. */
struct line_sink {
	line_fn *take;
	void *ctx; /* handed to @take */
};

/** lines_of_text() - deliver the lines of a text file. Return: 0 or what @sink returned. */
_must_check_ int lines_of_text(struct bytes text, const struct line_sink *sink, struct err *err);

/** lines_of_records() - a sink for records that delivers their lines to @sink, which outlives it. */
struct record_sink lines_of_records(struct line_sink *sink);

#endif
