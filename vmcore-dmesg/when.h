/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Moments as people write them on the command line, for --since and --until. A text is read
 * before the log is, so what it is relative to is filled in later.
 *
 *	now                            the crash: the log's last record
 *	-5min, 5 minutes ago, +1h30m   so long before or behind it; units: us ms s min h d w
 *	@1795444831.5                  seconds since 1970
 *	2026-11-23 14:40:31.5          T instead of the blank will do; no zone: local time;
 *	2026-11-23T14:40:31,5+01:00    seconds, or the whole time, may be left out
 *	14:40, 14:40:31                on the day of the crash
 *	today, yesterday, tomorrow     the beginning of that day, seen from the crash
 */
#ifndef VMCORE_DMESG_WHEN_H
#define VMCORE_DMESG_WHEN_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#include "lib/attrs.h"
#include "lib/err.h"
#include "vmcore-dmesg/wall_clock.h"

/** enum when_base - what a moment is relative to. */
enum when_base {
	WHEN_CRASH, /* the last record */
	WHEN_DAY,   /* the day of the crash, or one beside it */
	WHEN_EPOCH, /* 1970 */
};

/** struct when - a moment, as far as it is known. */
struct when {
	enum when_base base;
	int64_t nsec;         /* CRASH: behind it */
	struct timespec wall; /* EPOCH */
	int day;              /* DAY: days behind that of the crash */
	int hour, minute, second;
	long fraction; /* of the second, in nanoseconds */
};

/** when_parse() - read a text. Return: 0 or -EINVAL with @err saying what can be read. */
_must_check_ int when_parse(const char *text, struct when *ret, struct err *err);

/** when_needs_clock() - does resolving it take a clock that is known? */
bool when_needs_clock(const struct when *when);

/**
 * when_resolve() - what a moment is in the log's time.
 * @clock: has a last record; is known if when_needs_clock().
 * Return: nanoseconds since boot; negative before it, and the nearest that fits beyond int64_t.
 */
int64_t when_resolve(const struct when *when, const struct wall_clock *clock);

#endif
