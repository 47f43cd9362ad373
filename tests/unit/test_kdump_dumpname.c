/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "kdump/dumpname.h"

static void check(const char *name, enum dump_origin origin, const char *host, time_t when)
{
	struct dump_name got;

	if (!dump_name_read(name, &got))
		fail_msg("%s is not taken for a dump", name);
	assert_int_equal(got.origin, origin);
	assert_int_equal(got.host, strlen(host));
	assert_memory_equal(name, host, got.host);
	assert_int_equal(dump_name_is_of(name, host), host[0] != '\0');
	assert_int_equal(got.time, when);
}

static void refuse(const char *name)
{
	struct dump_name got;

	if (dump_name_read(name, &got))
		fail_msg("%s is taken for a dump", name);
}

static void test_forms(_unused_ void **state)
{
	check("127.0.0.1-2026-11-23-14:34:17", DUMP_OF_KDUMP, "127.0.0.1", 1795444457);
	check("127.0.0.10-2026-11-23-14:34:17", DUMP_OF_KDUMP, "127.0.0.10", 1795444457);
	check("fe80::1%eth0-2026-11-23-14:34:17", DUMP_OF_KDUMP, "fe80::1%eth0", 1795444457);
	check("web-1.example.com-2026-11-23-14:34:17", DUMP_OF_KDUMP, "web-1.example.com",
	      1795444457);
	check("web-0123abcd-2026-11-23-14:34:17", DUMP_OF_KDUMP, "web-0123abcd", 1795444457);
	check("rehearsal-0123abcd-2026-11-23-14:34:17", DUMP_OF_KDUMP, "rehearsal-0123abcd",
	      1795444457);
	check("2026-11-23-14:34", DUMP_OF_RECOVERY, "", 1795444440);
	check("2026-11-23-14-34", DUMP_OF_SUSE, "", 1795444440);
	check("202611231434", DUMP_OF_KDUMPTOOLS, "", 1795444440);
}

/* Whose a dump is, of machines that save to one folder. */
static void test_hosts(_unused_ void **state)
{
	static const char name[] = "web-0123abcd-2026-11-23-14:34:17";
	static const char *const others[] = {
		"",
		"web",
		"web-0123abc",
		"web-0123abcd-",
		"web-0123abcd-2026",
		"Web-0123abcd",
		"web-0123abcde",
	};
	char long_one[DUMP_HOST_MAX + 1] = "";

	for (size_t i = 0; i < ARRAY_SIZE(others); i++)
		assert_false(dump_name_is_of(name, others[i]));
	assert_false(dump_name_is_of("202611231434", ""));
	assert_false(dump_name_is_of("kept", "kept"));
	assert_true(dump_name_takes("web-1.example.com-0123abcd"));
	assert_false(dump_name_takes(""));
	assert_false(dump_name_takes(".web"));
	assert_false(dump_name_takes("a/b"));
	assert_false(dump_name_takes("a b"));
	memset(long_one, 'a', DUMP_HOST_MAX);
	assert_false(dump_name_takes(long_one));
	long_one[DUMP_HOST_MAX - 1] = '\0';
	assert_true(dump_name_takes(long_one));
}

static void test_others(_unused_ void **state)
{
	refuse("");
	refuse(".");
	refuse("-2026-11-23-14:34:17");
	refuse("2026-11-23-14:34:17");
	refuse(".deleted-127.0.0.1-2026-11-23-14:34:17");
	refuse("127.0.0.1-2026-11-23-14:34:17 ");
	refuse("127.0.0.1-2026-11-23-14:34:1");
	refuse("127.0.0.1-2026-13-23-14:34:17");
	refuse("127.0.0.1-2026-00-23-14:34:17");
	refuse("127.0.0.1-2026-11-32-14:34:17");
	refuse("127.0.0.1-2026-11-23-24:34:17");
	refuse("127.0.0.1-1969-11-23-14:34:17");
	refuse("a\n-2026-11-23-14:34:17");
	refuse("a b-2026-11-23-14:34:17");
	refuse("$(x)-2026-11-23-14:34:17");
	refuse("a/b-2026-11-23-14:34:17");
	refuse("x2026-11-23-14:34");
	refuse(DUMP_NAME_REHEARSAL "-2026-11-23-14:34:17");
	refuse("2026112314345");
	refuse("20261123143x");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_forms),
		cmocka_unit_test(test_hosts),
		cmocka_unit_test(test_others),
	};

	setenv("TZ", "UTC", 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
