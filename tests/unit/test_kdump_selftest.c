/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What both sides of a self-test agree on. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "kdump/selftest.h"

static void test_id(_unused_ void **state)
{
	const struct timespec when = { .tv_sec = 1556220291, .tv_nsec = 42 };
	char id[SELFTEST_ID_MAX], name[SELFTEST_NAME_MAX];

	selftest_id(&when, id);
	assert_string_equal(id, "1556220291-000000042");
	assert_int_equal(selftest_time(id), when.tv_sec);
	selftest_folder(id, name);
	assert_string_equal(name, "kdump-test-1556220291-000000042");
}

/* The id names a folder: what is no id is none, whoever wrote the command line. */
static void test_command_line(_unused_ void **state)
{
	static const char *const none[] = {
		"ro quiet",
		"kdump_test_id",
		"kdump_test_id=",
		"kdump_test_id=1",
		"kdump_test_id=1-",
		"kdump_test_id=-1",
		"kdump_test_id=1-2/../x",
		"kdump_test_id=../1-2",
		"kdump_test_id=1-2-3",
		"kdump_test_id=12345678901234567890-1234567890123",
		"xkdump_test_id=1-2",
	};
	char id[SELFTEST_ID_MAX];

	assert_true(selftest_of_cmdline("ro kdump_test_id=1-2 panic=10", id));
	assert_string_equal(id, "1-2");
	assert_true(selftest_of_cmdline("kdump_test_id=\"3-4\"", id));
	assert_string_equal(id, "3-4");
	for (size_t i = 0; i < ARRAY_SIZE(none); i++)
		assert_false(selftest_of_cmdline(none[i], id));
}

static void test_file(_unused_ void **state)
{
	static const char *const none[] = { "", "success", "success x=1-2\n",
					    "done kdump_test_id=1-2\n",
					    "success kdump_test_id=x\n" };
	char text[SELFTEST_TEXT_MAX];
	struct selftest test = { .id = "1-2" }, got;

	for (int i = SELFTEST_PENDING; i <= SELFTEST_MANUAL; i++) {
		test.result = (enum selftest_result)i;
		selftest_write(&test, text);
		selftest_read(text, &got);
		assert_int_equal(got.result, i);
		assert_string_equal(got.id, "1-2");
	}
	assert_string_equal(text, "manual kdump_test_id=1-2\n");
	selftest_read("pending kdump_test_id=1-2 boot=x\n", &got);
	assert_int_equal(got.result, SELFTEST_PENDING);
	for (size_t i = 0; i < ARRAY_SIZE(none); i++) {
		selftest_read(none[i], &got);
		assert_int_equal(got.result, SELFTEST_NONE);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_id),
		cmocka_unit_test(test_command_line),
		cmocka_unit_test(test_file),
	};

	return cmocka_run_group_tests_name("kdump/selftest", tests, NULL, NULL);
}
