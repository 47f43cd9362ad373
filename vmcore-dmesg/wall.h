/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Dates and times of the wall's clock, as programs that save logs write them.
 */
#ifndef VMCORE_DMESG_WALL_H
#define VMCORE_DMESG_WALL_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/bytes.h"

/** struct wall - a time. */
struct wall {
	bool known;
	bool local;      /* the text does not say of which time zone; else @seconds are UTC */
	int64_t seconds; /* since 1970 */
};

/**
 * wall_take_iso() - take "2026-11-23T14:40:31" off @text, with what stands for the fraction
 * and the zone: ".123456", ",123456", "Z", "+01:00", "+0100"; a blank may stand for the T.
 * Return: false, with @text as it was, if it does not begin with that and a blank or an end.
 */
bool wall_take_iso(struct bytes *text, struct wall *ret);

/** wall_take_ctime() - take "[Mon Nov 23 14:40:31 2026]" off @text, see wall_take_iso(). */
bool wall_take_ctime(struct bytes *text, struct wall *ret);

/* Bytes of a time in text, with a NUL. */
enum { WALL_TEXT_MAX = 64 };

/**
 * wall_format() - write "2026-11-23T14:34:17Z", or with other words in the places of T and Z;
 * without the last for a local time. @ret: "" if no time is known.
 */
void wall_format(const struct wall *wall, const char *t, const char *z, char ret[WALL_TEXT_MAX]);

#endif
