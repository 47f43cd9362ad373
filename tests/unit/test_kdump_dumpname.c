/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>

#include "kdump/dumpname.h"

static void check(const char *name, enum dump_origin origin, bool local, time_t when)
{
	struct dump_name got;

	if (!dump_name_read(name, &got))
		fail_msg("%s is not taken for a dump", name);
	assert_int_equal(got.origin, origin);
	assert_int_equal(got.local, local);
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
	check("127.0.0.1-2026-11-23-14:34:17", DUMP_OF_KDUMP, true, 1795444457);
	check("127.0.0.10-2026-11-23-14:34:17", DUMP_OF_KDUMP, false, 1795444457);
	check("fe80::1%eth0-2026-11-23-14:34:17", DUMP_OF_KDUMP, false, 1795444457);
	check("web-1.example.com-2026-11-23-14:34:17", DUMP_OF_KDUMP, false, 1795444457);
	check("2026-11-23-14:34", DUMP_OF_RECOVERY, false, 1795444440);
	check("2026-11-23-14-34", DUMP_OF_SUSE, false, 1795444440);
	check("202611231434", DUMP_OF_KDUMPTOOLS, false, 1795444440);
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
		cmocka_unit_test(test_others),
	};

	setenv("TZ", "UTC", 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
