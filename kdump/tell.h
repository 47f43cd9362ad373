/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What kdumpctl tells while it arms and disarms: to the terminal or the journal, and as the
 * sysconfig file asks, to syslog and to the kernel's log, from which it gets to the console. Each
 * of the three has a level of its own. What a command is asked to show is not told but printed.
 */
#ifndef KDUMP_TELL_H
#define KDUMP_TELL_H

#include "lib/attrs.h"
#include "lib/err.h"
#include "lib/sysroot.h"

/** enum tell_level - how much a message matters, and how much is wanted. */
enum tell_level {
	TELL_NOTHING,
	TELL_ERROR,
	TELL_WARNING,
	TELL_INFO,
	TELL_DEBUG,
};

/** struct tell_levels - the least that goes to each place. */
struct tell_levels {
	enum tell_level std;    /* standard output and standard error */
	enum tell_level syslog; /* syslog(3) */
	enum tell_level kmsg;   /* /dev/kmsg */
};

/** TELL_DEFAULT - what holds until tell_set(). */
#define TELL_DEFAULT                                                                               \
	{                                                                                          \
		.std = TELL_INFO                                                                   \
	}

/** tell_set() - set them, for the process. @root: where the kernel's log is. */
void tell_set(const struct sysroot *root, const struct tell_levels *levels);

/** tell() - a line, on standard output. */
void tell(enum tell_level level, const char *fmt, ...) _printf_(2, 3);

/** tell_warning() - a line, on standard error. */
void tell_warning(const char *fmt, ...) _printf_(1, 2);

/** tell_error() - what happened and what to do about it, on standard error. */
void tell_error(const struct err *err);

/** tell_problem() - the same for what is no failure of the whole: a warning. */
void tell_problem(const struct err *err);

#endif
