/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "kdump/sysctlfile.h"

static void check(const char *before, const char *after)
{
	char *text = strdup(before);

	assert_non_null(text);
	assert_int_equal(sysctlfile_set(&text, "kernel.panic", "7"), 0);
	assert_string_equal(text, after);
	assert_true(sysctlfile_has(text, "kernel.panic"));
	free(text);
}

static void test_added(_unused_ void **state)
{
	check("", "kernel.panic = 7\n");
	check("# a\n\nx = 1\n", "# a\n\nx = 1\nkernel.panic = 7\n");
	check("x = 1", "x = 1\nkernel.panic = 7\n");
	check("#kernel.panic = 1\n", "#kernel.panic = 1\nkernel.panic = 7\n");
	check("kernel.panic_on_oops = 1\nkernel.pani=1\nkernel.panic\n",
	      "kernel.panic_on_oops = 1\nkernel.pani=1\nkernel.panic\nkernel.panic = 7\n");
}

static void test_replaced(_unused_ void **state)
{
	check("a=1\nkernel.panic=1\nb=2\n", "a=1\nkernel.panic = 7\nb=2\n");
	check(" \t-kernel/panic\t =  1 # x\n", "kernel.panic = 7\n");
	check("kernel.panic=1\nb=2\nkernel.panic=2", "kernel.panic = 7\nb=2\n");
}

static void test_has(_unused_ void **state)
{
	assert_false(sysctlfile_has("", "vm.x"));
	assert_false(sysctlfile_has("#vm.x=1\n;vm.x=1\nvm.xx=1\nvm.x", "vm.x"));
	assert_true(sysctlfile_has("a=1\n vm/x =", "vm.x"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_added),
		cmocka_unit_test(test_replaced),
		cmocka_unit_test(test_has),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
