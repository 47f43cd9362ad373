/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Devices told by what is written on them; here that is swap space, which takes least. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "kdump/devid.h"
#include "kdump/diskwait.h"
#include "tests/unit/swap_disk.h"

#define UUID       "00000000-0000-0000-0000-0000000000aa"
#define OTHER_UUID "00000000-0000-0000-0000-0000000000bb"

static void test_found(_unused_ void **state)
{
	char node[PATH_MAX];
	struct err err = ERR_INIT;
	struct devid id;

	put_swap("sda", "/dev/sda", 0xbb);
	put_swap("cciss!c0d0", "/dev/cciss/c0d0", 0xaa);
	assert_int_equal(devid_read(&tree.root, "/dev/sda", &id, &err), 0);
	assert_string_equal(id.type, "swap");
	assert_string_equal(id.uuid, OTHER_UUID);
	assert_string_equal(id.member, "");
	assert_string_equal(id.partition, "");
	assert_true(diskwait_is_there(&tree.root, UUID));
	assert_int_equal(diskwait_uuid(&tree.root, UUID, 0, node, &err), 0);
	assert_string_equal(node, "/dev/cciss/c0d0");
	/* UUIDs are written in either case. */
	assert_int_equal(diskwait_uuid(&tree.root, "00000000-0000-0000-0000-0000000000BB", 0, node,
				       &err),
			 0);
	assert_string_equal(node, "/dev/sda");
}

static void test_not_found(_unused_ void **state)
{
	char node[PATH_MAX];
	struct err err = ERR_INIT;
	struct devid id;

	assert_int_equal(devid_read(&tree.root, "/dev/sda", &id, &err), -ENOENT);
	assert_string_equal(err.text, "cannot open /dev/sda: No such file or directory");
	assert_false(diskwait_is_there(&tree.root, UUID));
	put_swap("sda", "/dev/sda", 0xaa);
	tree_text(&tree, "/sys/class/block/sda/size", "0\n"); /* a drive without a disk */
	tree_text(&tree, "/sys/class/block/sdb/size", "8\n"); /* not in /dev yet */
	assert_int_equal(diskwait_uuid(&tree.root, UUID, 0, node, &err), -ETIMEDOUT);
	assert_string_equal(err.text, "no disk with UUID=" UUID " appeared within 0 s");
}

/* What another device is built upon begins as that one does. */
static void test_held(_unused_ void **state)
{
	char node[PATH_MAX];
	struct err err = ERR_INIT;

	put_swap("sda", "/dev/sda", 0xaa);
	tree_folder(&tree, "/sys/class/block/sda/holders/dm-0");
	assert_false(diskwait_is_there(&tree.root, UUID));
	put_swap("dm-0", "/dev/dm-0", 0xaa);
	tree_folder(&tree, "/sys/class/block/dm-0/holders");
	assert_int_equal(diskwait_uuid(&tree.root, UUID, 0, node, &err), 0);
	assert_string_equal(node, "/dev/dm-0");
}

/* A partition of a disk that an array is built of is seen beside the array's own. */
static void test_held_disk(_unused_ void **state)
{
	char node[PATH_MAX], link[PATH_MAX];
	struct err err = ERR_INIT;

	tree_folder(&tree, "/sys/devices/sda/holders/md127");
	put_swap("../../devices/sda/sda1", "/dev/sda1", 0xaa);
	tree_text(&tree, "/sys/devices/sda/sda1/partition", "1\n");
	snprintf(link, sizeof(link), "%s/sys/class/block/sda1", tree.dir);
	assert_int_equal(symlink("../../devices/sda/sda1", link), 0);
	assert_false(diskwait_is_there(&tree.root, UUID));
	put_swap("md127p1", "/dev/md127p1", 0xaa);
	assert_int_equal(diskwait_uuid(&tree.root, UUID, 0, node, &err), 0);
	assert_string_equal(node, "/dev/md127p1");
}

/* A snapshot of LVM has all that its origin has. */
static void test_snapshot(_unused_ void **state)
{
	char node[PATH_MAX];
	struct err err = ERR_INIT;

	put_swap("dm-3", "/dev/dm-3", 0xaa);
	tree_folder(&tree, "/sys/class/block/dm-3/slaves/dm-1");
	tree_folder(&tree, "/sys/class/block/dm-3/slaves/dm-2");
	tree_text(&tree, "/sys/class/block/dm-1/dm/uuid", "LVM-x-real\n");
	assert_true(diskwait_is_there(&tree.root, UUID));
	tree_text(&tree, "/sys/class/block/dm-2/dm/uuid", "LVM-x-cow\n");
	assert_false(diskwait_is_there(&tree.root, UUID));
	put_swap("dm-0", "/dev/dm-0", 0xaa);
	tree_folder(&tree, "/sys/class/block/dm-0/slaves/dm-1");
	assert_int_equal(diskwait_uuid(&tree.root, UUID, 0, node, &err), 0);
	assert_string_equal(node, "/dev/dm-0");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_found, tree_setup, tree_teardown),
		cmocka_unit_test_setup_teardown(test_not_found, tree_setup, tree_teardown),
		cmocka_unit_test_setup_teardown(test_held, tree_setup, tree_teardown),
		cmocka_unit_test_setup_teardown(test_held_disk, tree_setup, tree_teardown),
		cmocka_unit_test_setup_teardown(test_snapshot, tree_setup, tree_teardown),
	};

	return cmocka_run_group_tests_name("kdump/devid", tests, NULL, NULL);
}
