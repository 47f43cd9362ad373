/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "lib/file.h"

#include "kdump/image.h"
#include "kdump/imageunpack.h"

#include "tests/unit/tree.h"

#define MANIFEST "image\t1\tnone\n"

/* Unpack the file /image into the folder /room. Return: image_unpack()'s. */
static int unpack(const struct tree *tree, struct err *err)
{
	_cleanup_(mapping_close) struct mapping image = MAPPING_INIT;
	_cleanup_close_ int fd = -1;
	char path[PATH_MAX];

	tree_folder(tree, "/room");
	snprintf(path, sizeof(path), "%s/room", tree->dir);
	fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	assert_true(fd >= 0);
	snprintf(path, sizeof(path), "%s/image", tree->dir);
	assert_int_equal(mapping_open(path, &image, err), 0);
	return image_unpack(image.bytes, "/image", fd, err);
}

/* Write an image of @items, and unpack it. */
static int round_trip(const struct tree *tree, const struct image_item *items, size_t count)
{
	const struct image_plan plan = { .items = (struct image_item *)items,
					 .count = count,
					 .format = PACK_NONE,
					 .manifest = (char *)MANIFEST };
	struct err err = ERR_INIT;

	assert_int_equal(image_write(&tree->root, &plan, "/image", &err), 0);
	return unpack(tree, &err);
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
	assert_int_equal(unpack(&tree, &err), -EBADMSG);
	assert_string_equal(err.text, "/image is no capture image, or is damaged");
	tree_remove(&tree);
}

/* An entry as cpio(1) writes it. */
static void put(FILE *out, const char *name, mode_t mode, unsigned int inode, unsigned int links,
		const char *content)
{
	static const char zeros[4];
	size_t size = strlen(content), names = strlen(name) + 1;

	fprintf(out, "070701%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x", inode,
		(unsigned int)mode, 0, 0, links, 0, (unsigned int)size, 0, 7, 0, 0,
		(unsigned int)names, 0);
	fwrite(name, 1, names, out);
	fwrite(zeros, 1, -(110 + names) & 3, out);
	fwrite(content, 1, size, out);
	fwrite(zeros, 1, -size & 3, out);
}

/* What dracut's images have that ours have not: links of both kinds, several archives. */
static void test_links(_unused_ void **state)
{
	_cleanup_free_ char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	struct err err = ERR_INIT;
	struct tree tree;
	struct stat st, other;
	char path[PATH_MAX];

	assert_non_null(out);
	put(out, "early", S_IFREG | 0600, 5, 2, "");
	put(out, "early-too", S_IFREG | 0600, 5, 2, "early");
	put(out, "TRAILER!!!", 0, 0, 1, "");
	put(out, ".", S_IFDIR | 0755, 1, 3, "");
	put(out, "lib", S_IFLNK | 0777, 2, 1, "usr/lib");
	put(out, "usr", S_IFDIR | 0755, 3, 3, "");
	put(out, "usr/lib", S_IFDIR | 0755, 4, 2, "");
	put(out, "lib/first", S_IFREG | 0750, 5, 3, "");
	put(out, "usr/second", S_IFREG | 0750, 5, 3, "");
	put(out, "other", S_IFREG | 0600, 6, 2, "with the first");
	put(out, "other-too", S_IFREG | 0600, 6, 2, "");
	put(out, "third", S_IFREG | 0750, 5, 3, "with the last");
	put(out, "pipe", S_IFIFO | 0600, 7, 1, "");
	put(out, "TRAILER!!!", 0, 0, 1, "");
	assert_int_equal(fclose(out), 0);
	tree_make(&tree);
	tree_put(&tree, "/image", text, size);
	assert_int_equal(unpack(&tree, &err), 0);
	check_text(&tree, "/room/early", "early", 0600);
	check_text(&tree, "/room/usr/lib/first", "with the last", 0750);
	check_text(&tree, "/room/usr/second", "with the last", 0750);
	check_text(&tree, "/room/third", "with the last", 0750);
	check_text(&tree, "/room/other-too", "with the first", 0600);
	snprintf(path, sizeof(path), "%s/room/usr/lib/first", tree.dir);
	assert_int_equal(stat(path, &st), 0);
	snprintf(path, sizeof(path), "%s/room/third", tree.dir);
	assert_int_equal(stat(path, &other), 0);
	assert_int_equal(st.st_ino, other.st_ino);
	assert_int_equal(st.st_nlink, 3);
	snprintf(path, sizeof(path), "%s/room/pipe", tree.dir);
	assert_int_equal(lstat(path, &st), 0);
	assert_true(S_ISFIFO(st.st_mode));
	tree_remove(&tree);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_names_that_lead_out),
		cmocka_unit_test(test_no_image),
		cmocka_unit_test(test_links),
	};

	return cmocka_run_group_tests_name("kdump/imageunpack", tests, NULL, NULL);
}
