/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The capture side's only voice: lines that begin with "kdump: ", on the console. They
 * are all that is left of a capture that failed, so each is written at once and whole.
 */
#ifndef KDUMP_CONSOLE_H
#define KDUMP_CONSOLE_H

#include "lib/attrs.h"
#include "lib/err.h"

/** console_say() - write one line to standard error; over-long text is cut. */
void console_say(const char *fmt, ...) _printf_(1, 2);

/** console_error() - write what @err says, with its hint if it has one. */
void console_error(const struct err *err);

#endif
