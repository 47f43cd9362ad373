/* SPDX-License-Identifier: GPL-2.0-or-later */
/* As what the capture program runs, and where it refuses to. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/unit/one_tree.h"

#include "kdump/capservice.h"

static enum capservice mode;
static struct err err;

static int ask(int pid, const char *word)
{
	char *argv[] = { (char *)"kdump-capture", (char *)word, NULL };

	err = (struct err)ERR_INIT;
	return capservice_of(&tree.root, pid, word ? 2 : 1, argv, &mode, &err);
}

static void test_init(_unused_ void **state)
{
	assert_int_equal(ask(1, NULL), 0);
	assert_int_equal(mode, CAPSERVICE_INIT);
	assert_int_equal(ask(1, "splash"), 0); /* the kernel hands on what it does not know */
	assert_int_equal(mode, CAPSERVICE_INIT);
}

static void test_elsewhere(_unused_ void **state)
{
	static const char *const words[] = { NULL, "service", "emergency" };

	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		assert_int_equal(ask(2, words[i]), -EPERM);
		assert_non_null(strstr(err.text, "first process of a capture kernel"));
	}
}

static void test_service(_unused_ void **state)
{
	tree_put(&tree, "/etc/initrd-release", "", 0);
	assert_int_equal(ask(2, "service"), 0);
	assert_int_equal(mode, CAPSERVICE_DUMP);
	assert_int_equal(ask(2, "emergency"), 0);
	assert_int_equal(mode, CAPSERVICE_EMERGENCY);
	assert_int_equal(ask(2, "else"), -EINVAL);
	assert_int_equal(ask(2, NULL), -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_init),
		cmocka_unit_test(test_elsewhere),
		cmocka_unit_test(test_service),
	};

	return cmocka_run_group_tests(tests, tree_setup, tree_teardown);
}
