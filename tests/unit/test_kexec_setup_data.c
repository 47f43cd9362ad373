/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which of the running kernel's blocks go on to the next kernel. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "kexec/setup_data.h"
#include "tests/unit/tree.h"

struct fixture {
	struct tree tree;
	struct setup_data_list list;
};

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	assert_non_null(f);
	tree_make(&f->tree);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	setup_data_done(&f->list);
	tree_remove(&f->tree);
	free(f);
	return 0;
}

static void put_type(struct fixture *f, unsigned int number, const char *type)
{
	char path[96];

	snprintf(path, sizeof(path), "/sys/kernel/boot_params/setup_data/%u/type", number);
	tree_text(&f->tree, path, type);
}

static void put(struct fixture *f, unsigned int number, const char *type, const char *data)
{
	char path[96];

	put_type(f, number, type);
	snprintf(path, sizeof(path), "/sys/kernel/boot_params/setup_data/%u/data", number);
	tree_text(&f->tree, path, data);
}

static void test_choice(void **state)
{
	static const struct {
		uint32_t type;
		const char *data;
		bool small;
	} expected[] = {
		{ 2, "device tree", true },  { 3, "ROM of a card", false },
		{ 3, "and another", false }, { 5, "apples", false },
		{ 6, "jailhouse", true },    { 7, "confidential", true },
	};
	struct fixture *f = *state;

	put(f, 0, "0x1\n", "more memory");
	put(f, 1, "0x2\n", "device tree");
	put(f, 2, "0x3\n", "ROM of a card");
	put(f, 3, "0x3\n", "and another");
	put(f, 4, "0x4\n", "EFI");
	put(f, 5, "0x5\n", "apples");
	put(f, 6, "0x6\n", "jailhouse");
	put(f, 7, "0x7\n", "confidential");
	put(f, 8, "0x8\n", "where IMA's list was");
	put(f, 9, "0x9\n", "seed");
	put(f, 10, "0xa\n", "where KHO's tree was");
	put(f, 11, "0x80000000\n", "indirect");
	assert_int_equal(setup_data_read(&f->tree.root, &f->list, NULL), 0);
	assert_int_equal(f->list.count, ARRAY_SIZE(expected));
	for (size_t i = 0; i < ARRAY_SIZE(expected); i++) {
		assert_int_equal(f->list.items[i].type, expected[i].type);
		assert_int_equal(f->list.items[i].size, strlen(expected[i].data));
		assert_memory_equal(f->list.items[i].data, expected[i].data, f->list.items[i].size);
		assert_int_equal(f->list.items[i].small, expected[i].small);
	}
}

static void test_none(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(setup_data_read(&f->tree.root, &f->list, NULL), 0);
	assert_int_equal(f->list.count, 0);
}

static void test_damaged(void **state)
{
	struct fixture *f = *state;
	struct err err = ERR_INIT;

	put_type(f, 0, "0x2\n");
	assert_int_not_equal(setup_data_read(&f->tree.root, &f->list, &err), 0);
	assert_non_null(strstr(err.text, "setup_data/0/data"));
	put_type(f, 0, "two\n");
	assert_int_not_equal(setup_data_read(&f->tree.root, &f->list, &err), 0);
	assert_non_null(strstr(err.text, "setup_data/0/type"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_choice),
		TEST(test_none),
		TEST(test_damaged),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
