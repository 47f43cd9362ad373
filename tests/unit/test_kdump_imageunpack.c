/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "kdump/image.h"
#include "kdump/imageunpack.h"

#include "tests/unit/tree.h"

#define MANIFEST "image\t1\tnone\n"

/* Write an image of @items, and unpack it into the folder /room. Return: image_unpack()'s. */
static int round_trip(const struct tree *tree, const struct image_item *items, size_t count)
{
	const struct image_plan plan = { .items = (struct image_item *)items,
					 .count = count,
					 .format = PACK_NONE,
					 .manifest = (char *)MANIFEST };
	_cleanup_close_ int fd = -1;
	struct err err = ERR_INIT;
	char room[PATH_MAX];

	tree_folder(tree, "/room");
	snprintf(room, sizeof(room), "%s/room", tree->dir);
	fd = open(room, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	assert_true(fd >= 0);
	assert_int_equal(image_write(&tree->root, &plan, "/image", &err), 0);
	return image_unpack(&tree->root, "/image", fd, &err);
}

static void check_text(const struct tree *tree, const char *path, const char *wanted, mode_t mode)
{
	_cleanup_free_ char *text = NULL;
	struct err err = ERR_INIT;
	char full[PATH_MAX];
	struct stat st;

	snprintf(full, sizeof(full), "%s%s", tree->dir, path);
	assert_int_equal(stat(full, &st), 0);
	assert_int_equal(st.st_mode & 07777, mode);
	assert_int_equal(sysroot_read(&tree->root, path, 4096, &text, NULL, &err), 0);
	assert_string_equal(text, wanted);
}

static void test_round_trip(_unused_ void **state)
{
	const struct image_item items[] = {
		{ .kind = IMAGE_FOLDER, .mode = 0755, .name = (char *)"d" },
		{ .kind = IMAGE_TEXT, .mode = 0640, .name = (char *)"d/f", .text = (char *)"in" },
	};
	struct tree tree;

	tree_make(&tree);
	assert_int_equal(round_trip(&tree, items, ARRAY_SIZE(items)), 0);
	check_text(&tree, "/room/d/f", "in", 0640);
	check_text(&tree, "/room/kdump/manifest", MANIFEST, 0600);
	assert_int_equal(round_trip(&tree, items, ARRAY_SIZE(items)), -EEXIST);
	tree_remove(&tree);
}

/* An image has been on a disk meanwhile: what it says about names is not to be believed. */
static void test_names_that_lead_out(_unused_ void **state)
{
	static const char *const names[] = { "../f", "/f", "d/../../f", "..", "d/..", "" };

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		const struct image_item item = { .kind = IMAGE_TEXT,
						 .mode = 0600,
						 .name = (char *)names[i],
						 .text = (char *)"x" };
		struct tree tree;

		tree_make(&tree);
		assert_int_equal(round_trip(&tree, &item, 1), -EINVAL);
		tree_remove(&tree);
	}
}

static void test_no_image(_unused_ void **state)
{
	struct err err = ERR_INIT;
	struct tree tree;

	tree_make(&tree);
	tree_put(&tree, "/image", "garbage", 7);
	assert_int_equal(image_unpack(&tree.root, "/image", AT_FDCWD, &err), -EBADMSG);
	assert_string_equal(err.text, "/image is no capture image, or is damaged");
	assert_int_equal(image_unpack(&tree.root, "/none", AT_FDCWD, &err), -ENOENT);
	tree_remove(&tree);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_names_that_lead_out),
		cmocka_unit_test(test_no_image),
	};

	return cmocka_run_group_tests_name("kdump/imageunpack", tests, NULL, NULL);
}
