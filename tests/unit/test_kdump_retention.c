/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "kdump/retention.h"

enum { DAY = 86400, NOW = 100 * DAY, SIZE = 10, MANY = 8 };

/*
 * Which of some dumps go. @what: a letter a dump, oldest first: 'o' is ours, '-' another's, 'u'
 * one that we may not look into, 'i' one of ours that is not complete; they are @age days old and
 * every one a day younger.
 */
static void check(const char *what, int age, const struct conf *conf, uint64_t free_bytes,
		  const char *expected)
{
	struct dump list[MANY] = { { NULL } };
	struct dumps dumps = { .v = list, .n = strlen(what) };
	enum retention chosen[MANY];
	char got[MANY + 1] = "";
	uint64_t left;

	assert_true(dumps.n <= MANY);
	for (size_t i = 0; i < dumps.n; i++) {
		list[i].own = what[i] != '-';
		list[i].said.time = NOW - (age - (int)i) * DAY;
		list[i].state = what[i] == 'u'   ? DUMP_UNREADABLE
				: what[i] == 'i' ? DUMP_INCOMPLETE
						 : DUMP_COMPLETE;
		list[i].size = SIZE;
	}
	left = retention_choose(&dumps, conf, NOW, free_bytes, chosen);
	for (size_t i = 0; i < dumps.n; i++) {
		got[i] = ".CAS"[chosen[i]];
		free_bytes += chosen[i] != RETENTION_STAYS ? SIZE : 0;
	}
	assert_string_equal(got, expected);
	assert_int_equal(left, free_bytes);
}

static void test_off(_unused_ void **state)
{
	const struct conf none = { NULL };

	assert_false(retention_is_set(&none));
	check("", 50, &none, 0, "");
	check("oooo", 50, &none, 0, "....");
}

static void test_count(_unused_ void **state)
{
	const struct conf two = { .keep_dumps = 2 }, one = { .keep_dumps = 1 };

	assert_true(retention_is_set(&two));
	check("oooo", 50, &two, 0, "CC..");
	check("oo", 50, &two, 0, "..");
	check("o-o-uoo", 50, &two, 0, "C.C....");
	check("oooo", 50, &one, 0, "CCC.");
}

/* A newer one that is not complete is no reason to lose the last that is. */
static void test_last_whole_one(_unused_ void **state)
{
	const struct conf one = { .keep_dumps = 1 };

	check("oi", 50, &one, 0, "..");
	check("ooii", 50, &one, 0, "C.C.");
	check("ii", 50, &one, 0, "C.");
}

static void test_age(_unused_ void **state)
{
	const struct conf conf = { .max_age = 3 };

	check("oooo", 4, &conf, 0, "AA..");
	check("oooo", 50, &conf, 0, "AAA.");
	check("oooo", -5, &conf, 0, "....");
	check("ooo-", 50, &conf, 0, "AA..");
}

static void test_space(_unused_ void **state)
{
	const struct conf conf = { .min_free = 25 };

	check("oooo", 1, &conf, 25, "....");
	check("oooo", 1, &conf, 24, "S...");
	check("oooo", 1, &conf, 14, "SS..");
	check("oooo", 1, &conf, 0, "SSS.");
	check("o", 1, &conf, 0, ".");
	check("-u-o", 1, &conf, 0, "....");
}

static void test_together(_unused_ void **state)
{
	const struct conf conf = { .keep_dumps = 4, .max_age = 2, .min_free = 35 };

	check("oooooo", 4, &conf, 1, "CCAS..");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_off),
		cmocka_unit_test(test_count),
		cmocka_unit_test(test_last_whole_one),
		cmocka_unit_test(test_age),
		cmocka_unit_test(test_space),
		cmocka_unit_test(test_together),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
