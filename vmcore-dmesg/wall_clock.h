/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What time it was when the kernel logged something. A log counts from boot; what the wall
 * clock said is known for one moment only: that of the crash (CRASHTIME in VMCOREINFO, in whole
 * seconds, taken as the time of the last record), or else that when the kernel set its clock
 * ("setting system clock to ... UTC (1795444831)", drivers/rtc/class.c). The log's clock stands
 * still while the machine is suspended, and is not corrected: the farther a record is from
 * that moment, the less exact is its time.
 */
#ifndef VMCORE_DMESG_WALL_CLOCK_H
#define VMCORE_DMESG_WALL_CLOCK_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#include "lib/attrs.h"
#include "lib/err.h"
#include "vmcore-dmesg/core.h"
#include "vmcore-dmesg/record.h"
#include "vmcore-dmesg/vmcoreinfo.h"

/** struct wall_clock - what is known. */
struct wall_clock {
	bool has_last;        /* some record has a time */
	uint64_t last_nsec;   /* of the last one, since boot */
	bool known;           /* the wall clock is */
	struct timespec boot; /* when the log's time was 0, since 1970 */
};

/**
 * wall_clock_learn() - read the log for what it says about the time.
 * Return: 0, also if it says nothing; the -errno of log_read() if no record with a time could
 * be read at all.
 */
_must_check_ int wall_clock_learn(const struct core *core, const struct vmcoreinfo *info,
				  struct wall_clock *ret, struct err *err);

/** wall_clock_at() - the time since 1970 at @nsec since boot; @clock is known. */
struct timespec wall_clock_at(const struct wall_clock *clock, uint64_t nsec);

/**
 * wall_clock_since_boot() - the reverse: nanoseconds since boot at @wall; negative before it, and
 * the nearest that fits beyond INT64_MAX. @clock is known.
 */
int64_t wall_clock_since_boot(const struct wall_clock *clock, struct timespec wall);

#endif
