/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is not made, as the file system that is asked for is there. It is swap space here. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "kdump/assemble.h"
#include "kdump/layout.h"
#include "tests/unit/swap_disk.h"

#define ROOT_UUID   "00000000-0000-0000-0000-0000000000aa"
#define TARGET_UUID "00000000-0000-0000-0000-0000000000bb"

static const struct guard nobody = GUARD_NONE;

/* With dump_to_rootfs the target's disks are gone, and are not to be waited for once more. */
static void test_target_is_gone(_unused_ void **state)
{
	static const char *const records[] = {
		"btrfs " TARGET_UUID "\nmember m1\nmember m2\n",
		"md 1.2 raid0 " TARGET_UUID "\nmember m1\nmember m2\n",
	};
	struct err err = ERR_INIT;

	put_swap("sda", "/dev/sda", 0xaa);
	for (size_t i = 0; i < ARRAY_SIZE(records); i++) {
		tree_text(&tree, LAYOUT_LAYERS, records[i]);
		assert_int_equal(assemble(&tree.root, ROOT_UUID, &nobody, &err), 0);
	}
}

static void test_btrfs_is_mounted(_unused_ void **state)
{
	struct err err = ERR_INIT;

	tree_text(&tree, LAYOUT_LAYERS, "btrfs " TARGET_UUID "\nmember m1\nmember m2\n");
	tree_folder(&tree, "/sys/fs/btrfs/" TARGET_UUID "/devices");
	assert_int_equal(assemble(&tree.root, TARGET_UUID, &nobody, &err), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_target_is_gone, tree_setup, tree_teardown),
		cmocka_unit_test_setup_teardown(test_btrfs_is_mounted, tree_setup, tree_teardown),
	};

	return cmocka_run_group_tests_name("kdump/assemble", tests, NULL, NULL);
}
