/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Time stamps in front of records, in the forms that util-linux' dmesg(1) has. Wall clock
 * times are those of the local time zone (TZ).
 */
#ifndef VMCORE_DMESG_STAMP_H
#define VMCORE_DMESG_STAMP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include "lib/attrs.h"
#include "vmcore-dmesg/wall_clock.h"

/** enum stamp_kind - a form, with the name that --time-format has for it, if any. */
enum stamp_kind {
	STAMP_SECONDS,       /* raw: "[    1.234567] " */
	STAMP_SECONDS_DELTA, /* "[    1.234567 <    0.000123>] " */
	STAMP_DELTA,         /* delta: "[<    0.000123>] " */
	STAMP_CTIME,         /* ctime: "[Mon Nov 23 14:40:31 2026] " */
	STAMP_CTIME_DELTA,   /* "[Mon Nov 23 14:40:31 2026 <    0.000123>] " */
	STAMP_RELTIME,       /* reltime: "[Nov23 14:40] " when a minute begins, "[  +0.000123] " */
	STAMP_ISO,           /* iso: "2026-11-23T14:40:31,234567+00:00 " */
	STAMP_KINDS,
};

enum { STAMP_MAX = 96 }; /* bytes of one stamp, with a NUL */

/** struct stamp_state - what a stamp depends on besides its record; starts zeroed. */
struct stamp_state {
	const struct wall_clock *clock; /* of CTIME, RELTIME, ISO; borrowed */
	uint64_t before_nsec;           /* time of the record in front; 0: there was none */
	bool has_minute;                /* RELTIME: the one before, in local time, is known */
	struct tm minute;
	bool is_break; /* RELTIME: the last stamp was that of a new minute */
};

/**
 * stamp_seconds() - write STAMP_SECONDS, fast: the form of the default output.
 * @end: behind the last of STAMP_MAX bytes, of which the last ones are used; no NUL.
 * Return: where it begins.
 */
char *stamp_seconds(char *end, uint64_t nsec);

/**
 * stamp_write() - write a stamp of any kind.
 * @nsec: since boot. @ret: STAMP_MAX bytes; a NUL behind it.
 * Return: its bytes.
 */
size_t stamp_write(enum stamp_kind kind, struct stamp_state *state, uint64_t nsec, char *ret);

/** stamp_needs_clock() - does the kind show wall clock time? */
bool stamp_needs_clock(enum stamp_kind kind);

#endif
