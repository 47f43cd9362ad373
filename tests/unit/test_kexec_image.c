/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Kernel files: as they are, wrapped, wrapped again, damaged, and no kernels at all. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <zlib.h>

#include "kexec/image.h"
#include "tests/unit/kexec_kernel.h"
#include "tests/unit/kexec_tree.h"

enum { ROOM = 2 * KERNEL_SIZE };

static struct tree tree;
static uint8_t kernel[KERNEL_SIZE];

static int setup(_unused_ void **state)
{
	tree_make(&tree);
	kernel_make(kernel);
	return 0;
}

static int teardown(_unused_ void **state)
{
	tree_remove(&tree);
	return 0;
}

/* gzip @size bytes at @data in place, @times over. Return: the new size. */
static size_t wrap(uint8_t *data, size_t size, int times)
{
	for (; times > 0; times--) {
		_cleanup_free_ uint8_t *out = malloc(ROOM);
		z_stream z = { .next_in = data, .avail_in = (uInt)size };

		assert_non_null(out);
		assert_int_equal(deflateInit2(&z, 6, Z_DEFLATED, 16 + MAX_WBITS, 8, 0), Z_OK);
		z.next_out = out;
		z.avail_out = ROOM;
		assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
		size = ROOM - z.avail_out;
		deflateEnd(&z);
		memcpy(data, out, size);
	}
	return size;
}

static int open_file(const char *path, struct image *image, struct err *err)
{
	char full[PATH_MAX];

	snprintf(full, sizeof(full), "%s%s", tree.dir, path);
	return image_open(full, NULL, arch_find("x86_64"), image, err);
}

static void assert_is_kernel(struct image *image)
{
	assert_string_equal(image->loader->name, "bzImage64");
	assert_int_equal(image->kernel.bytes.size, sizeof(kernel));
	assert_memory_equal(image->kernel.bytes.data, kernel, sizeof(kernel));
	assert_int_equal(lseek(image->kernel.fd, 0, SEEK_END), sizeof(kernel));
}

/* The descriptor is the file's own: its signature and its attributes go with it. */
static void test_plain(_unused_ void **state)
{
	_cleanup_(image_done) struct image image = IMAGE_INIT;
	struct stat before, after;
	char full[PATH_MAX];

	tree_put(&tree, "/kernel", kernel, sizeof(kernel));
	assert_int_equal(open_file("/kernel", &image, NULL), 0);
	assert_is_kernel(&image);
	snprintf(full, sizeof(full), "%s/kernel", tree.dir);
	assert_int_equal(stat(full, &before), 0);
	assert_int_equal(fstat(image.kernel.fd, &after), 0);
	assert_int_equal(before.st_ino, after.st_ino);
}

static void test_wrapped(_unused_ void **state)
{
	for (int times = 1; times <= 5; times++) {
		_cleanup_(image_done) struct image image = IMAGE_INIT;
		_cleanup_free_ uint8_t *data = malloc(ROOM);
		struct err err = ERR_INIT;
		int r;

		assert_non_null(data);
		memcpy(data, kernel, sizeof(kernel));
		tree_put(&tree, "/kernel.gz", data, wrap(data, sizeof(kernel), times));
		r = open_file("/kernel.gz", &image, &err);
		if (times <= 4) {
			assert_int_equal(r, 0);
			assert_is_kernel(&image);
		} else {
			assert_int_equal(r, -ENOEXEC);
			assert_non_null(strstr(err.text, "Cannot determine the file type of "));
		}
	}
}

static void assert_refused(const void *data, size_t size, int error, const char *text)
{
	struct image image = IMAGE_INIT;
	struct err err = ERR_INIT;

	tree_put(&tree, "/bad", data, size);
	assert_int_equal(open_file("/bad", &image, &err), error);
	assert_non_null(strstr(err.text, text));
	assert_non_null(strstr(err.text, "/bad"));
	assert_int_equal(image.kernel.fd, -1);
	assert_null(image.loader);
}

static void test_refused(_unused_ void **state)
{
	static uint8_t data[ROOM];
	size_t size;

	assert_refused("", 0, -ENOEXEC, "Cannot determine the file type");
	assert_refused("#!/bin/sh\n", 10, -ENOEXEC, "Cannot determine the file type");
	/* Cut short, it is still called what it is; wrapped, too. */
	assert_refused(kernel, sizeof(kernel) / 2, -EBADMSG, "looks like a bzImage");
	memcpy(data, kernel, sizeof(kernel));
	size = wrap(data, sizeof(kernel) / 2, 1);
	assert_refused(data, size, -EBADMSG, "looks like a bzImage");
	assert_refused(data, size - 20, -EBADMSG, "gzip data is cut short");
	data[size - 6] ^= 1; /* of the checksum */
	assert_refused(data, size, -EBADMSG, "gzip data is damaged");
	memset(data, 'x', 1000);
	size = wrap(data, 1000, 1);
	assert_refused(data, size, -ENOEXEC, "Cannot determine the file type");
}

static void test_no_file(_unused_ void **state)
{
	struct image image = IMAGE_INIT;
	struct err err = ERR_INIT;

	assert_int_equal(open_file("/none", &image, &err), -ENOENT);
	assert_non_null(strstr(err.text, "/none: No such file"));
	assert_int_equal(open_file("", &image, &err), -EISDIR);
	assert_non_null(strstr(err.text, "Is a directory"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_plain),
		cmocka_unit_test(test_wrapped),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_no_file),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
