/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Times as they are typed, and what they are in the time of a log. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "vmcore-dmesg/when.h"

#define SECONDS(n) (INT64_C(1000000000) * (n))

/* The crash was on 2026-11-23 14:40:31 UTC, 1000.25 s after boot. */
static const struct wall_clock crash_clock = {
	.has_last = true,
	.last_nsec = 1000250000000,
	.known = true,
	.boot = { 1795444831 - 1001, 750000000 },
};

/* 1970, in the time of that log. */
#define EPOCH (-SECONDS(1795444831 - 1001) - 750000000)

static void check(const char *text, bool needs_clock, int64_t expected)
{
	struct err err = ERR_INIT;
	struct when when;

	assert_int_equal(when_parse(text, &when, &err), 0);
	assert_int_equal(when_needs_clock(&when), needs_clock);
	assert_int_equal(when_resolve(&when, &crash_clock), expected);
}

static void set_zone(const char *zone)
{
	assert_int_equal(setenv("TZ", zone, 1), 0);
	tzset();
}

static void test_spans(_unused_ void **state)
{
	const int64_t last = crash_clock.last_nsec;

	check("now", false, last);
	check("NOW", false, last);
	check("-5min", false, last - SECONDS(300));
	check("-5m", false, last - SECONDS(300));
	check("5 minutes ago", false, last - SECONDS(300));
	check("1minute ago", false, last - SECONDS(60));
	check("+10s", false, last + SECONDS(10));
	check("-1h30m", false, last - SECONDS(5400));
	check("1h 30 min ago", false, last - SECONDS(5400));
	check("-2d", false, last - SECONDS(2 * 86400));
	check("-1week", false, last - SECONDS(7 * 86400));
	check("-250ms", false, SECONDS(1000));
	check("-1us", false, last - 1000);
	check("-0s", false, last);
}

static void test_points(_unused_ void **state)
{
	set_zone("UTC");
	check("@1795444831", true, crash_clock.last_nsec);
	check("@1795444830.75", true, SECONDS(1000));
	check("@0", true, EPOCH);
	check("2026-11-23 14:40:31", true, crash_clock.last_nsec);
	check("2026-11-23T14:40:31", true, crash_clock.last_nsec);
	check("2026-11-23 14:40:30.75", true, SECONDS(1000));
	check("2026-11-23T14:40:30,750000+00:00", true, SECONDS(1000));
	check("2026-11-23T15:40:31+01:00", true, crash_clock.last_nsec);
	check("2026-11-23T09:10:31-0530", true, crash_clock.last_nsec);
	check("2026-11-23 14:40:31Z", true, crash_clock.last_nsec);
	check("2026-11-23 14:40:31 UTC", true, crash_clock.last_nsec);
	check("2026-11-23 14:40", true, crash_clock.last_nsec - SECONDS(31));
	check("2026-11-23", true, crash_clock.last_nsec - SECONDS(52831));
	check("2024-02-29", true, SECONDS(1709164800) + EPOCH);
	check("14:40:31", true, crash_clock.last_nsec);
	check("14:40:30.75", true, SECONDS(1000));
	check("15:00", true, crash_clock.last_nsec + SECONDS(1169));
	check("today", true, crash_clock.last_nsec - SECONDS(52831));
	check("yesterday", true, crash_clock.last_nsec - SECONDS(52831 + 86400));
	check("tomorrow", true, crash_clock.last_nsec - SECONDS(52831 - 86400));
}

/* The day of the crash is the one that it was there. */
static void test_zones(_unused_ void **state)
{
	set_zone("XXX-10"); /* 00:40:31 on the 24th */
	check("2026-11-24 00:40:31", true, crash_clock.last_nsec);
	check("00:40:31", true, crash_clock.last_nsec);
	check("today", true, crash_clock.last_nsec - SECONDS(2431));
	check("2026-11-23 14:40:31Z", true, crash_clock.last_nsec);
	set_zone("CET-1CEST,M3.5.0,M10.5.0/3");
	check("2026-11-23 15:40:31", true, crash_clock.last_nsec);
	check("2026-07-01 00:00", true, SECONDS(1782856800) + EPOCH);
	set_zone("UTC");
}

static void test_refused(_unused_ void **state)
{
	static const char *const texts[] = {
		"",
		" ",
		"x",
		"5min",
		"5",
		"-5",
		"-min",
		"+",
		"-",
		"ago",
		"5 min ago x",
		"5 parsecs ago",
		"-5minx",
		"-5 min ago",
		"-1.5h",
		"- 5min",
		"--5min",
		"-99999999999999999999s",
		"-9999999999w",
		"@",
		"@x",
		"@1x",
		"@-1",
		"@99999999999999999999",
		"@1.",
		"2026",
		"2026-11",
		"2026-11-23 ",
		"2026-11-23 14",
		"2026-11-23 14:4",
		"2026-11-23T",
		"2026-11-23 24:00",
		"2026-11-23 14:60",
		"2026-13-01",
		"2026-11-31",
		"2026-02-29",
		"2026-11-23 14:40:31.",
		"2026-11-23 14:40:31+1",
		"2026-11-23 14:40:31+01:60",
		"2026-11-23 14:40:31Zulu",
		"14",
		"14:4",
		"25:00",
		"14:40:61",
		"14:40Z",
		"todayx",
	};

	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		struct err err = ERR_INIT;
		struct when when;

		assert_int_equal(when_parse(texts[i], &when, &err), -EINVAL);
		assert_non_null(strstr(err.text, texts[i]));
		assert_true(err.hint[0]);
	}
}

/* Damaged times are as far away as can be. */
static void test_bounds(_unused_ void **state)
{
	struct wall_clock clock = crash_clock;
	struct when when;

	assert_int_equal(when_parse("-5min", &when, NULL), 0);
	clock.last_nsec = UINT64_MAX;
	assert_int_equal(when_resolve(&when, &clock), INT64_MIN);
	clock.last_nsec = SECONDS(1);
	assert_int_equal(when_resolve(&when, &clock), SECONDS(-299));
	assert_int_equal(when_parse("+9000000000s", &when, NULL), 0);
	clock.last_nsec = INT64_MAX;
	assert_int_equal(when_resolve(&when, &clock), INT64_MAX);
	assert_int_equal(when_parse("@9000000000000000000", &when, NULL), 0);
	assert_int_equal(when_resolve(&when, &crash_clock), INT64_MAX);
}

static void check_at(uint64_t nsec, int64_t seconds, long fraction)
{
	struct timespec wall = wall_clock_at(&crash_clock, nsec);

	assert_int_equal(wall.tv_sec, seconds);
	assert_int_equal(wall.tv_nsec, fraction);
}

static void test_wall_clock(_unused_ void **state)
{
	check_at(0, 1795443830, 750000000);
	check_at(250000000, 1795443831, 0);
	check_at(crash_clock.last_nsec, 1795444831, 0);
	check_at(UINT64_MAX, 1795443830 + INT64_C(18446744074), 459551615);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_spans),  cmocka_unit_test(test_points),
		cmocka_unit_test(test_zones),  cmocka_unit_test(test_refused),
		cmocka_unit_test(test_bounds), cmocka_unit_test(test_wall_clock),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
