/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <string.h>

#include "kdump/nearest.h"
#include "kdump/reservation.h"

static void check(const char *cmdline, enum reservation_fault fault, const char *word)
{
	char got[RESERVATION_WORD_MAX];

	assert_int_equal(reservation_diagnose(cmdline, got), fault);
	assert_string_equal(got, word);
}

static void test_absent(_unused_ void **state)
{
	check("", RESERVATION_ABSENT, "");
	check("root=/dev/sda ro quiet", RESERVATION_ABSENT, "");
	check("x=\"a crashkernel=1M\"", RESERVATION_ABSENT, "");
	check("crash_kexec_post_notifiers", RESERVATION_ABSENT, "");
}

static void test_misspelt(_unused_ void **state)
{
	check("crashkernal=128M", RESERVATION_MISSPELT, "crashkernal=128M");
	check("ro crash_kernel=128M", RESERVATION_MISSPELT, "crash_kernel=128M");
	check("CrashKernel=128M", RESERVATION_MISSPELT, "CrashKernel=128M");
	check("carshkernel=128M", RESERVATION_MISSPELT, "carshkernel=128M");
}

static void test_blank(_unused_ void **state)
{
	check("crashkernel= 128M", RESERVATION_BLANK, "crashkernel=");
	check("crashkernel =128M", RESERVATION_BLANK, "crashkernel");
}

static void test_refused(_unused_ void **state)
{
	check("crashkernel=auto", RESERVATION_AUTO, "crashkernel=auto");
	check("crashkernel=900G", RESERVATION_REFUSED, "crashkernel=900G");
	check("crashkernal=1M crashkernel=900G", RESERVATION_REFUSED, "crashkernel=900G");
}

static void test_distance(_unused_ void **state)
{
	char longest[NEAREST_WORD_MAX + 2];

	assert_int_equal(nearest_distance("", ""), 0);
	assert_int_equal(nearest_distance("path", "paht"), 1);
	assert_int_equal(nearest_distance("kitten", "sitting"), 3);
	assert_int_equal(nearest_distance("abc", ""), 3);
	memset(longest, 'x', sizeof(longest));
	longest[sizeof(longest) - 1] = '\0';
	assert_true(nearest_distance(longest, "x") == SIZE_MAX);
	assert_false(nearest_is_near("zz", "ssh"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_absent),   cmocka_unit_test(test_misspelt),
		cmocka_unit_test(test_blank),    cmocka_unit_test(test_refused),
		cmocka_unit_test(test_distance),
	};

	return cmocka_run_group_tests_name("kdump/reservation", tests, NULL, NULL);
}
