/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The capture side's only voice: lines that begin with "kdump: ", on the console. They
 * are all that is left of a capture that failed, so each is written at once and whole. The
 * last of them are remembered, for the log that is saved beside the dump.
 */
#ifndef KDUMP_CONSOLE_H
#define KDUMP_CONSOLE_H

#include <stdint.h>

#include "lib/attrs.h"
#include "lib/err.h"

enum { CONSOLE_REMEMBERED = 512 }; /* lines */

/** console_say() - write one line to standard error; over-long text is cut. */
void console_say(const char *fmt, ...) _printf_(1, 2);

/**
 * console_progress() - the same, for a line that only says how far something is: it is not
 * remembered.
 */
void console_progress(const char *fmt, ...) _printf_(1, 2);

/**
 * console_line() - a line that is remembered.
 * @index: 0 is the oldest. @ret_usec: when it was written, by CLOCK_MONOTONIC.
 * Return: without its newline; NULL behind the last one.
 */
const char *console_line(unsigned int index, uint64_t *ret_usec);

/** console_error() - write what @err says, with its hint if it has one. */
void console_error(const struct err *err);

#endif
