/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <inttypes.h>
#include <stdio.h>

#include "vmcore-dmesg/stamp.h"

enum {
	SECONDS_WIDTH = 5,
	MICROSECONDS_WIDTH = 6,
	NSEC_PER_USEC = 1000,
	NSEC_PER_SEC = 1000000000,
	USEC_PER_SEC = 1000000,
	PART_MAX = 40, /* bytes of a part of a stamp */
};

/* Put @v before @end, filled up with @fill to @width. Return: where it begins. */
static char *put_number(char *end, uint64_t v, int width, char fill)
{
	char *p = end;

	do {
		*--p = (char)('0' + v % 10);
		v /= 10;
	} while (v > 0);
	while (end - p < width)
		*--p = fill;
	return p;
}

/* By hand: printf() would take most of the program's time. */
char *stamp_seconds(char *end, uint64_t nsec)
{
	char *p = end;

	*--p = ' ';
	*--p = ']';
	p = put_number(p, nsec % NSEC_PER_SEC / NSEC_PER_USEC, MICROSECONDS_WIDTH, '0');
	*--p = '.';
	p = put_number(p, nsec / NSEC_PER_SEC, SECONDS_WIDTH, ' ');
	*--p = '[';
	return p;
}

/* A difference of times, counted as both are shown, in microseconds. */
struct delta {
	bool negative;
	uint64_t usec;
};

static struct delta delta_of(uint64_t before_nsec, uint64_t nsec)
{
	const uint64_t before = before_nsec / NSEC_PER_USEC, now = nsec / NSEC_PER_USEC;

	/* The clock stands at 0 until it runs; that is no time to count from. */
	if (before == 0)
		return (struct delta){ .usec = 0 };
	return now < before ? (struct delta){ true, before - now }
			    : (struct delta){ false, now - before };
}

static void write_delta(struct delta delta, const char *plus, char *ret)
{
	snprintf(ret, PART_MAX, "%s%" PRIu64 ".%06" PRIu64, delta.negative ? "-" : plus,
		 delta.usec / USEC_PER_SEC, delta.usec % USEC_PER_SEC);
}

static void local_time(const struct stamp_state *state, uint64_t nsec, struct tm *ret)
{
	struct timespec wall = wall_clock_at(state->clock, nsec);

	if (!localtime_r(&wall.tv_sec, ret))
		*ret = (struct tm){ .tm_mday = 1 }; /* a year that an int cannot have */
}

static void write_ctime(const struct stamp_state *state, uint64_t nsec, char *ret)
{
	struct tm tm;

	local_time(state, nsec, &tm);
	if (strftime(ret, PART_MAX, "%a %b %e %H:%M:%S %Y", &tm) == 0)
		ret[0] = '\0';
}

static int write_iso(const struct stamp_state *state, uint64_t nsec, char *ret)
{
	struct timespec wall = wall_clock_at(state->clock, nsec);
	char time[PART_MAX] = "";
	struct tm tm;
	long minutes;

	local_time(state, nsec, &tm);
	minutes = tm.tm_gmtoff / 60;
	strftime(time, sizeof(time), "%Y-%m-%dT%H:%M:%S", &tm);
	return snprintf(ret, STAMP_MAX, "%s,%06ld%c%02ld:%02ld ", time,
			wall.tv_nsec / NSEC_PER_USEC, minutes < 0 ? '-' : '+', labs(minutes) / 60,
			labs(minutes) % 60);
}

static int write_reltime(struct stamp_state *state, uint64_t nsec, struct delta delta, char *ret)
{
	const struct tm before = state->minute;
	bool small = delta.negative || delta.usec < 10 * USEC_PER_SEC;
	char text[PART_MAX] = "";

	local_time(state, nsec, &state->minute);
	state->is_break = !state->has_minute || state->minute.tm_min != before.tm_min ||
			  state->minute.tm_hour != before.tm_hour ||
			  state->minute.tm_yday != before.tm_yday;
	state->has_minute = true;
	if (state->is_break) {
		strftime(text, sizeof(text), "%b%e %H:%M", &state->minute);
		return snprintf(ret, STAMP_MAX, "[%s] ", text);
	}
	write_delta(delta, "+", text);
	return snprintf(ret, STAMP_MAX, "[%s%s] ", small ? "  " : " ", text);
}

/* "[TIME <DELTA>] " */
static int write_pair(const char *time, struct delta delta, char *ret)
{
	char text[PART_MAX];

	write_delta(delta, "", text);
	return snprintf(ret, STAMP_MAX, "[%s%s<%12s>] ", time, time[0] ? " " : "", text);
}

size_t stamp_write(enum stamp_kind kind, struct stamp_state *state, uint64_t nsec, char *ret)
{
	const struct delta delta = delta_of(state->before_nsec, nsec);
	char time[PART_MAX] = "";
	int n;

	if (kind == STAMP_SECONDS || kind == STAMP_SECONDS_DELTA)
		snprintf(time, sizeof(time), "%5" PRIu64 ".%06" PRIu64, nsec / NSEC_PER_SEC,
			 nsec % NSEC_PER_SEC / NSEC_PER_USEC);
	else if (kind == STAMP_CTIME || kind == STAMP_CTIME_DELTA)
		write_ctime(state, nsec, time);
	if (kind == STAMP_ISO)
		n = write_iso(state, nsec, ret);
	else if (kind == STAMP_RELTIME)
		n = write_reltime(state, nsec, delta, ret);
	else if (kind == STAMP_SECONDS || kind == STAMP_CTIME)
		n = snprintf(ret, STAMP_MAX, "[%s] ", time);
	else
		n = write_pair(time, delta, ret);
	return (size_t)n;
}

bool stamp_needs_clock(enum stamp_kind kind)
{
	return kind == STAMP_CTIME || kind == STAMP_CTIME_DELTA || kind == STAMP_RELTIME ||
	       kind == STAMP_ISO;
}
