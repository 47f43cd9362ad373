/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <ctype.h>
#include <errno.h>
#include <string.h>
#include <strings.h>

#include "vmcore-dmesg/take.h"
#include "vmcore-dmesg/when.h"

enum {
	NSEC_PER_SEC = 1000000000,
	FRACTION_DIGITS = 9,
	UNIT_MAX = 8, /* bytes of a unit's name, with a NUL */
	ZONE_HOURS_MAX = 24,
	MINUTES_PER_HOUR = 60,
	SECONDS_PER_MINUTE = 60,
};

static const struct unit {
	const char *names; /* each with a blank behind it */
	int64_t nsec;
} units[] = {
	{ "us usec ", 1000 },
	{ "ms msec ", 1000000 },
	{ "s sec secs second seconds ", NSEC_PER_SEC },
	{ "m min mins minute minutes ", INT64_C(60) * NSEC_PER_SEC },
	{ "h hr hour hours ", INT64_C(3600) * NSEC_PER_SEC },
	{ "d day days ", INT64_C(86400) * NSEC_PER_SEC },
	{ "w week weeks ", INT64_C(7) * 86400 * NSEC_PER_SEC },
};

static bool take_char(const char **p, char c)
{
	if (**p != c)
		return false;
	(*p)++;
	return true;
}

/* Digits, as a number that must fit. */
static bool take_number(const char **p, int64_t *ret)
{
	int64_t v = 0;

	if (!is_digit(**p))
		return false;
	for (; is_digit(**p); (*p)++)
		if (__builtin_mul_overflow(v, INT64_C(10), &v) ||
		    __builtin_add_overflow(v, (int64_t)(**p - '0'), &v))
			return false;
	*ret = v;
	return true;
}

/* ".5" or ",5", if it is there, as nanoseconds. */
static bool take_fraction(const char **p, long *ret)
{
	int digits = 0;
	long v = 0;

	*ret = 0;
	if (!take_char(p, '.') && !take_char(p, ','))
		return true;
	for (; is_digit(**p); (*p)++)
		if (digits < FRACTION_DIGITS) {
			v = v * 10 + (**p - '0');
			digits++;
		}
	if (digits == 0)
		return false;
	for (; digits < FRACTION_DIGITS; digits++)
		v *= 10;
	*ret = v;
	return true;
}

/* ---- Spans of time ---- */

static const struct unit *take_unit(const char **p)
{
	size_t size = 0;
	char name[UNIT_MAX + 1];

	while (isalpha((unsigned char)(*p)[size]) && size < UNIT_MAX - 1)
		size++;
	memcpy(name, *p, size);
	strcpy(name + size, " ");
	*p += size;
	for (size_t i = 0; size > 0 && i < ARRAY_SIZE(units); i++) {
		const char *found = strstr(units[i].names, name);

		if (found && (found == units[i].names || found[-1] == ' '))
			return &units[i];
	}
	return NULL;
}

/* "5min", "1h 30 minutes": the sum, up to the end or to "ago". */
static bool take_span(const char **p, int64_t *ret)
{
	*ret = 0;
	do {
		const struct unit *unit;
		int64_t n;

		if (!take_number(p, &n))
			return false;
		skip_blanks(p);
		unit = take_unit(p);
		if (!unit || __builtin_mul_overflow(n, unit->nsec, &n) ||
		    __builtin_add_overflow(*ret, n, ret))
			return false;
		skip_blanks(p);
	} while (is_digit(**p));
	return true;
}

/* "-5min", "+5min", "5 minutes ago" */
static bool parse_span(const char *p, struct when *ret)
{
	bool behind = take_char(&p, '+');
	bool before = !behind && take_char(&p, '-');

	ret->base = WHEN_CRASH;
	if (!take_span(&p, &ret->nsec))
		return false;
	if (!behind && !before) {
		before = strcmp(p, "ago") == 0;
		if (!before)
			return false;
		p += strlen(p);
	}
	if (before)
		ret->nsec = -ret->nsec;
	return *p == '\0';
}

/* ---- Points in time ---- */

/* "@1795444831.5" */
static bool parse_epoch(const char *p, struct when *ret)
{
	int64_t seconds;

	ret->base = WHEN_EPOCH;
	if (!take_char(&p, '@') || !take_number(&p, &seconds) ||
	    !take_fraction(&p, &ret->wall.tv_nsec))
		return false;
	ret->wall.tv_sec = seconds;
	return *p == '\0';
}

/* A number of exactly two digits, at most @max. */
static bool take_pair(const char **p, int max, int *ret)
{
	if (!is_digit((*p)[0]) || !is_digit((*p)[1]))
		return false;
	*ret = ((*p)[0] - '0') * 10 + ((*p)[1] - '0');
	*p += 2;
	return *ret <= max;
}

/* "14:40", "14:40:31", "14:40:31.5" */
static bool take_time(const char **p, struct when *ret)
{
	if (!take_pair(p, 23, &ret->hour) || !take_char(p, ':') || !take_pair(p, 59, &ret->minute))
		return false;
	if (!take_char(p, ':'))
		return true;
	return take_pair(p, 60, &ret->second) && take_fraction(p, &ret->fraction);
}

/* "2026-11-23" */
static bool take_date(const char **p, struct tm *ret)
{
	int century, year;

	if (!take_pair(p, 99, &century) || !take_pair(p, 99, &year) || !take_char(p, '-') ||
	    !take_pair(p, 12, &ret->tm_mon) || !take_char(p, '-') ||
	    !take_pair(p, 31, &ret->tm_mday))
		return false;
	ret->tm_year = century * 100 + year - 1900;
	ret->tm_mon--;
	return true;
}

/* "Z", " UTC", "+01:00", "-0530", or nothing: local time. */
static bool take_zone(const char **p, bool *ret_local, long *ret_seconds)
{
	int hours, minutes;
	bool west;

	*ret_local = false;
	*ret_seconds = 0;
	if (strcmp(*p, "Z") == 0 || strcmp(*p, " UTC") == 0) {
		*p += strlen(*p);
		return true;
	}
	*ret_local = **p != '+' && **p != '-';
	if (*ret_local)
		return true;
	west = **p == '-';
	(*p)++;
	if (!take_pair(p, ZONE_HOURS_MAX, &hours))
		return false;
	take_char(p, ':');
	if (!take_pair(p, MINUTES_PER_HOUR - 1, &minutes))
		return false;
	*ret_seconds = ((long)hours * MINUTES_PER_HOUR + minutes) * SECONDS_PER_MINUTE;
	if (west)
		*ret_seconds = -*ret_seconds;
	return true;
}

/* A date, with or without a time and a zone. */
static bool parse_date(const char *p, struct when *ret)
{
	struct tm tm = { .tm_isdst = -1 }, seen;
	long east = 0;
	bool local = true;

	ret->base = WHEN_EPOCH;
	if (!take_date(&p, &tm))
		return false;
	seen = tm;
	if (take_char(&p, 'T') || (p[0] == ' ' && is_digit(p[1]) && take_char(&p, ' '))) {
		if (!take_time(&p, ret) || !take_zone(&p, &local, &east))
			return false;
	}
	tm.tm_hour = ret->hour;
	tm.tm_min = ret->minute;
	tm.tm_sec = ret->second;
	ret->wall.tv_sec = local ? mktime(&tm) : timegm(&tm) - east;
	ret->wall.tv_nsec = ret->fraction;
	/* mktime() takes November 31 for December 1. */
	return *p == '\0' && tm.tm_mon == seen.tm_mon;
}

/* "14:40", on the day of the crash. */
static bool parse_time(const char *p, struct when *ret)
{
	ret->base = WHEN_DAY;
	return take_time(&p, ret) && *p == '\0';
}

static bool parse_word(const char *p, struct when *ret)
{
	static const struct {
		const char *word;
		enum when_base base;
		int day;
	} words[] = {
		{ "now", WHEN_CRASH, 0 },
		{ "today", WHEN_DAY, 0 },
		{ "yesterday", WHEN_DAY, -1 },
		{ "tomorrow", WHEN_DAY, 1 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		if (strcasecmp(p, words[i].word) != 0)
			continue;
		ret->base = words[i].base;
		ret->day = words[i].day;
		return true;
	}
	return false;
}

int when_parse(const char *text, struct when *ret, struct err *err)
{
	static bool (*const forms[])(const char *text, struct when *ret) = {
		parse_word, parse_span, parse_epoch, parse_date, parse_time,
	};

	for (size_t i = 0; i < ARRAY_SIZE(forms); i++) {
		*ret = (struct when){ .nsec = 0 };
		if (forms[i](text, ret))
			return 0;
	}
	err_set(err, -EINVAL, "invalid time '%s'", text);
	return err_hint(err, -EINVAL,
			"times: '2026-11-23 14:40:31', 14:40, @1795444831, today, yesterday, now "
			"(the crash), -5min, '5 minutes ago' (units: us ms s min h d w)");
}

bool when_needs_clock(const struct when *when)
{
	return when->base != WHEN_CRASH;
}

/* A time on the day of the crash, or on one beside it. */
static struct timespec time_of_day(const struct when *when, const struct wall_clock *clock)
{
	struct timespec wall = wall_clock_at(clock, clock->last_nsec);
	struct tm tm;

	if (!localtime_r(&wall.tv_sec, &tm))
		return wall;
	tm.tm_mday += when->day;
	tm.tm_hour = when->hour;
	tm.tm_min = when->minute;
	tm.tm_sec = when->second;
	tm.tm_isdst = -1;
	return (struct timespec){ mktime(&tm), when->fraction };
}

int64_t when_resolve(const struct when *when, const struct wall_clock *clock)
{
	const uint64_t last = clock->last_nsec;
	int64_t nsec;

	if (when->base == WHEN_EPOCH)
		return wall_clock_since_boot(clock, when->wall);
	if (when->base == WHEN_DAY)
		return wall_clock_since_boot(clock, time_of_day(when, clock));
	if (last > INT64_MAX || __builtin_add_overflow((int64_t)last, when->nsec, &nsec))
		return when->nsec < 0 ? INT64_MIN : INT64_MAX;
	return nsec;
}
