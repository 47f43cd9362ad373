/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>

#include "kdump/announce.h"

static const struct dumps place = { .path = (char *)"/var/crash", .dir = -1 };

static void check(const struct dump *dump, const struct dump_cause *cause, ...)
{
	_cleanup_(strv_done) struct strv fields = { NULL };
	struct err err = ERR_INIT;
	const char *expected;
	size_t i = 0;
	va_list ap;

	assert_int_equal(announce_fields(&place, dump, cause, &fields, &err), 0);
	va_start(ap, cause);
	while ((expected = va_arg(ap, const char *))) {
		assert_true(i < fields.n);
		assert_string_equal(fields.v[i++], expected);
	}
	va_end(ap);
	assert_int_equal(i, fields.n);
}

static void test_all_known(_unused_ void **state)
{
	const struct dump dump = { .name = (char *)"127.0.0.1-2026-11-23-14:34:17",
				   .said = { .time = 1795444457 },
				   .state = DUMP_COMPLETE,
				   .size = 25690112 };
	const struct dump_cause cause = { .kernel = (char *)"6.1.0-18-amd64",
					  .kind = (char *)"null-dereference",
					  .function = (char *)"drv_submit",
					  .module = (char *)"drv" };

	check(&dump, &cause,
	      "MESSAGE=Kernel 6.1.0-18-amd64 crashed (null-dereference in drv_submit [drv]); dump "
	      "saved Mon 2026-11-23 14:34:17 UTC: /var/crash/127.0.0.1-2026-11-23-14:34:17 "
	      "(complete, 24.5M).",
	      "MESSAGE_ID=" ANNOUNCE_ID, "PRIORITY=2", "SYSLOG_IDENTIFIER=kdumpctl",
	      "KDUMP_PATH=/var/crash/127.0.0.1-2026-11-23-14:34:17", "KDUMP_SIZE=25690112",
	      "KDUMP_COMPLETE=1", "KDUMP_KERNEL=6.1.0-18-amd64", "KDUMP_CAUSE=null-dereference",
	      "KDUMP_FUNCTION=drv_submit", NULL);
}

static void test_nothing_known(_unused_ void **state)
{
	const struct dump dump = { .name = (char *)"x",
				   .said = { .time = 1795444457 },
				   .state = DUMP_EMPTY };
	const struct dump_cause cause = { NULL };

	check(&dump, &cause,
	      "MESSAGE=Kernel crashed; dump saved Mon 2026-11-23 14:34:17 UTC: /var/crash/x "
	      "(empty, 0B).",
	      "MESSAGE_ID=" ANNOUNCE_ID, "PRIORITY=2", "SYSLOG_IDENTIFIER=kdumpctl",
	      "KDUMP_PATH=/var/crash/x", "KDUMP_SIZE=0", "KDUMP_COMPLETE=0", NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_all_known),
		cmocka_unit_test(test_nothing_known),
	};

	setenv("TZ", "UTC", 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
