/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Dates in front of log lines. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "vmcore-dmesg/wall.h"

typedef bool take_fn(struct bytes *text, struct wall *ret);

static bool take(take_fn *fn, const char *text, struct wall *wall, size_t *used)
{
	struct bytes b = { (const uint8_t *)text, strlen(text) };
	bool taken = fn(&b, wall);

	*used = strlen(text) - b.size;
	return taken;
}

/* @fn takes @size bytes of @text, and writes them as @expected. */
static void check(take_fn *fn, const char *text, size_t size, const char *expected)
{
	char got[WALL_TEXT_MAX];
	struct wall wall;
	size_t used;

	assert_true(take(fn, text, &wall, &used));
	assert_int_equal(used, size);
	wall_format(&wall, "T", "Z", got);
	assert_string_equal(got, expected);
}

static void check_none(take_fn *fn, const char *text)
{
	struct wall wall;
	size_t used;

	assert_false(take(fn, text, &wall, &used));
	assert_int_equal(used, 0);
}

static void test_iso(_unused_ void **state)
{
	check(wall_take_iso, "2026-11-23T14:40:31Z x", 20, "2026-11-23T14:40:31Z");
	check(wall_take_iso, "2026-11-23T14:40:31.5+01:00 x", 27, "2026-11-23T13:40:31Z");
	check(wall_take_iso, "2026-11-23T14:40:31,123456-0230 x", 31, "2026-11-23T17:10:31Z");
	check(wall_take_iso, "2026-11-23 14:40:31 x", 19, "2026-11-23T14:40:31");
	check(wall_take_iso, "2026-11-23T14:40:31Z", 20, "2026-11-23T14:40:31Z");
	check_none(wall_take_iso, "2026-11-23");
	check_none(wall_take_iso, "2026-11-23T14:40:31x");
	check_none(wall_take_iso, "2026-13-23T14:40:31Z x");
	check_none(wall_take_iso, "1969-01-01T14:40:31Z x");
}

static void test_ctime(_unused_ void **state)
{
	check(wall_take_ctime, "[Mon Nov 23 14:40:31 2026] x", 26, "2026-11-23T14:40:31");
	check(wall_take_ctime, "[Mon Nov  2 14:40:31 2026]", 26, "2026-11-02T14:40:31");
	check_none(wall_take_ctime, "[Mon Xxx 23 14:40:31 2026]");
	check_none(wall_take_ctime, "[Mon Nov 23 14:40:31 2026");
	check_none(wall_take_ctime, "");
}

static void test_unknown(_unused_ void **state)
{
	const struct wall wall = { .known = false };
	char got[WALL_TEXT_MAX];

	wall_format(&wall, "T", "Z", got);
	assert_string_equal(got, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_iso),
		cmocka_unit_test(test_ctime),
		cmocka_unit_test(test_unknown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
