/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Snapshots that a dump is written past, and how they are marked. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "kdump/lvmsnapshot.h"
#include "tests/unit/lvm_disk.h"

#define DM_UUID                                                                                    \
	"LVM-GGGGGG0123456789abcdefghijklmnop"                                                     \
	"VVVVVV0123456789abcdefghijklmnop"

/* The disk of lvm_disk.h; extents of 8 sectors, the store in the second piece of the disk. */
#define TEXT(disk)                                                                                 \
	"vm {\nid = \"GGGGGG-0123-4567-89ab-cdef-ghij-klmnop\"\nseqno = 7\nextent_size = 8\n"      \
	"physical_volumes {\npv0 {\nid = \"" disk "\"\npe_start = 128\n}\n}\n"                     \
	"logical_volumes {\nvar {\nid = \"VVVVVV-0123-4567-89ab-cdef-ghij-klmnop\"\n"              \
	"status = [\"READ\", \"WRITE\"]\nsegment_count = 1\n" PIECE(                               \
		"0") "}\n"                                                                         \
		     "snap {\nid = \"SSSSSS\"\nsegment_count = 1\n" PIECE(                         \
			     "2") "}\n"                                                            \
				  "snapshot0 {\nid = \"XXXXXX\"\nsegment_count = 1\nsegment1 "     \
				  "{\ntype = \"snapshot\"\n"                                       \
				  "origin = \"var\"\ncow_store = \"snap\"\n}\n}\n}\n}\n"
#define PIECE(extent)                                                                              \
	"segment1 {\nstart_extent = 0\nextent_count = 2\ntype = \"striped\"\nstripe_count = 1\n"   \
	"stripes = [\n\"pv0\", " extent "\n]\n}\n"
#define DISK "abcdef-ghij-klmn-opqr-stuv-wxyz-012345"

enum { STORE = 128 + 2 * 8 }; /* where; sectors */

/* The disk, with such a header; malloc()ed. */
static uint8_t *make_disk(uint32_t magic, uint32_t valid, uint32_t version)
{
	uint8_t *disk = calloc(1, LVM_DISK_SIZE), *header = disk + STORE * 512;

	assert_non_null(disk);
	lvm_disk_fill(disk, TEXT(DISK), 512);
	put_le(header, 4, magic);
	put_le(header + 4, 4, valid);
	put_le(header + 8, 4, version);
	put_le(header + 12, 4, 8); /* its chunks' size; sectors */
	return disk;
}

static void put_disk(const uint8_t *disk)
{
	tree_put(&tree, "/dev/sda", disk, LVM_DISK_SIZE);
	tree_text(&tree, "/sys/class/block/sda/size", "2048\n");
}

/* Give up what @text says about, and compare the disk with what it ought to be. */
static void check(const char *text, const uint8_t *wanted)
{
	_cleanup_(lvmvolume_done) struct lvmvolume volume;
	_cleanup_free_ char *found = NULL, *copy = strdup(text);
	struct err err = ERR_INIT;

	assert_non_null(copy);
	assert_true(lvmvolume_of(DM_UUID, &volume));
	lvmvolume_take(&volume, TAKE_PTR(copy));
	lvmsnapshot_give_up(&tree.root, &volume);
	assert_int_equal(sysroot_read(&tree.root, "/dev/sda", LVM_DISK_SIZE, &found, NULL, &err),
			 0);
	assert_memory_equal(found, wanted, LVM_DISK_SIZE);
}

/* Only that word changes, and once. */
static void test_given_up(_unused_ void **state)
{
	uint8_t *before = make_disk(0x70416e53, 1, 1), *after = make_disk(0x70416e53, 0, 1);
	struct err err = ERR_INIT;

	put_disk(before);
	check(TEXT(DISK), after);
	assert_int_equal(lvmsnapshot_invalidate(&tree.root, "/dev/sda", STORE, &err), 0);
	put_disk(before);
	assert_int_equal(lvmsnapshot_invalidate(&tree.root, "/dev/sda", STORE, &err), 1);
	assert_int_equal(lvmsnapshot_invalidate(&tree.root, "/dev/sda", STORE, &err), 0);
	free(before);
	free(after);
}

/* What is no such header, or cannot be, is left alone. */
static void test_left_alone(_unused_ void **state)
{
	static const uint32_t headers[][3] = { { 0, 0, 0 },
					       { 0x70416e54, 1, 1 },
					       { 0x70416e53, 1, 2 } };
	struct err err = ERR_INIT;

	for (size_t i = 0; i < ARRAY_SIZE(headers); i++) {
		uint8_t *disk = make_disk(headers[i][0], headers[i][1], headers[i][2]);

		put_disk(disk);
		check(TEXT(DISK), disk);
		free(disk);
	}
	assert_int_equal(lvmsnapshot_invalidate(&tree.root, "/dev/sda", 1 << 20, &err), -EBADMSG);
	assert_int_equal(lvmsnapshot_invalidate(&tree.root, "/dev/sda", UINT64_MAX, &err),
			 -EBADMSG);
	assert_int_equal(lvmsnapshot_invalidate(&tree.root, "/dev/gone", STORE, &err), -ENOENT);
}

/* Its store is on a disk that is not there. */
static void test_disk_is_gone(_unused_ void **state)
{
	uint8_t *disk = make_disk(0x70416e53, 1, 1);

	put_disk(disk);
	check(TEXT("ZZZZZZ-ghij-klmn-opqr-stuv-wxyz-012345"), disk);
	free(disk);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_given_up, tree_setup, tree_teardown),
		cmocka_unit_test_setup_teardown(test_left_alone, tree_setup, tree_teardown),
		cmocka_unit_test_setup_teardown(test_disk_is_gone, tree_setup, tree_teardown),
	};

	return cmocka_run_group_tests_name("kdump/lvmsnapshot", tests, NULL, NULL);
}
