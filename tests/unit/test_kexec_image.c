/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Kernel files: as they are, wrapped, wrapped again, damaged, and no kernels at all. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <sys/mman.h>
#include <zlib.h>

#include "kexec/image.h"
#include "lib/scratch.h"
#include "tests/unit/kexec_kernel.h"
#include "tests/unit/kexec_pe.h"
#include "tests/unit/one_tree.h"

enum { ROOM = 2 * KERNEL_SIZE, ZBOOT_HEADER = 0x200 };

static uint8_t kernel[KERNEL_SIZE];

static int setup(_unused_ void **state)
{
	tree_make(&tree);
	kernel_make(kernel);
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
	return image_open(&(struct request){ .kernel = full }, arch_find("x86_64"), image, err);
}

static void assert_is_kernel(struct image *image)
{
	assert_string_equal(image->loader->name, "bzImage64");
	assert_int_equal(image->kernel.bytes.size, sizeof(kernel));
	assert_memory_equal(image->kernel.bytes.data, kernel, sizeof(kernel));
	assert_int_equal(scratch_back(&image->kernel, "kernel", NULL), 0);
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
	assert_int_equal(image.wrapper_count, 0);
	assert_null(image.cmdline);
	assert_int_equal(image.initrd.bytes.size, 0);
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
			assert_int_equal(image.wrapper_count, times);
			assert_string_equal(image.wrappers[times - 1], "gzip");
		} else {
			assert_int_equal(r, -ENOEXEC);
			assert_non_null(strstr(err.text, "Cannot determine the file type of "));
			assert_string_equal(err.hint, "below 4 wrappers there is still no kernel");
		}
	}
}

static void put_uki(const char *path, const struct pe_part *parts, size_t count)
{
	size_t size;
	_cleanup_free_ uint8_t *file = pe_make(parts, count, &size);

	tree_put(&tree, path, file, size);
}

static bool unmapped(const uint8_t *p)
{
	return msync((void *)(p - (uintptr_t)p % (size_t)sysconf(_SC_PAGESIZE)), 1, MS_ASYNC) < 0;
}

static void test_uki(_unused_ void **state)
{
	struct image image = IMAGE_INIT;
	const uint8_t *initrd, *dtb;
	const struct pe_part parts[] = { { ".text", "stub", 4 },
					 { ".initrd", "ramdisk", 7 },
					 { ".cmdline", "ro quiet\n", 9 },
					 { ".dtb", "tree", 4 },
					 { ".linux", kernel, sizeof(kernel) } };

	put_uki("/uki", parts, ARRAY_SIZE(parts));
	assert_int_equal(open_file("/uki", &image, NULL), 0);
	assert_int_equal(image.kernel.fd, -1); /* no copy before it is needed */
	assert_is_kernel(&image);
	assert_int_equal(image.wrapper_count, 1);
	assert_string_equal(image.wrappers[0], "uki");
	assert_string_equal(image.cmdline, "ro quiet");
	assert_int_equal(image.initrd.bytes.size, 7);
	assert_memory_equal(image.initrd.bytes.data, "ramdisk", 7);
	assert_int_equal(image.dtb.bytes.size, 4);
	assert_memory_equal(image.dtb.bytes.data, "tree", 4);
	initrd = image.initrd.bytes.data;
	dtb = image.dtb.bytes.data;
	image_done(&image);
	assert_true(unmapped(initrd) && unmapped(dtb));
}

/* One byte more than 1 GiB; the file is all hole. */
static void test_uki_too_large(_unused_ void **state)
{
	const struct pe_part part = { ".linux", "", 0 };
	const uint32_t too_large = (1 << 30) + 1;
	size_t size;
	_cleanup_free_ uint8_t *file = pe_make(&part, 1, &size);
	struct image image = IMAGE_INIT;
	struct err err = ERR_INIT;
	char full[PATH_MAX];

	put_le(file + PE_TABLE_AT + PE_VIRTUAL_SIZE, 4, too_large);
	put_le(file + PE_TABLE_AT + PE_RAW_SIZE, 4, too_large);
	tree_put(&tree, "/large", file, size);
	snprintf(full, sizeof(full), "%s/large", tree.dir);
	assert_int_equal(truncate(full, (off_t)size + too_large), 0);
	assert_int_equal(open_file("/large", &image, &err), -EFBIG);
	assert_non_null(strstr(err.text, ".linux has 1073741825 bytes, more than 1073741824"));
	put_le(file + PE_TABLE_AT + PE_VIRTUAL_SIZE, 4, too_large - 1);
	tree_put(&tree, "/large", file, size);
	assert_int_equal(truncate(full, (off_t)size + too_large), 0);
	assert_int_equal(open_file("/large", &image, &err), -ENOEXEC); /* zeros are no kernel */
}

/* Microcode goes in front of the initrd, which begins at a multiple of four bytes. */
static void test_uki_ucode(_unused_ void **state)
{
	const struct pe_part parts[] = { { ".linux", kernel, sizeof(kernel) },
					 { ".ucode", "micro", 5 },
					 { ".initrd", "ramdisk", 7 } };

	for (size_t count = 2; count <= ARRAY_SIZE(parts); count++) {
		_cleanup_(image_done) struct image image = IMAGE_INIT;
		size_t size = count == 2 ? 8 : 15;

		put_uki("/uki", parts, count);
		assert_int_equal(open_file("/uki", &image, NULL), 0);
		assert_int_equal(image.initrd.bytes.size, size);
		assert_memory_equal(image.initrd.bytes.data, "micro\0\0\0ramdisk", size);
		assert_is_kernel(&image);
	}
}

/* A zboot image of the @size bytes at @data at @out. Return: its size. */
static size_t zboot_make(uint8_t *out, const uint8_t *data, size_t size)
{
	memset(out, 0, ZBOOT_HEADER);
	memcpy(out + ZBOOT_HEADER, data, size);
	size = wrap(out + ZBOOT_HEADER, size, 1);
	memcpy(out, "MZ\0\0zimg", 8);
	put_le(out + 8, 4, ZBOOT_HEADER);
	put_le(out + 12, 4, size);
	memcpy(out + 24, "gzip", 5);
	put_le(out + ZBOOT_HEADER + size, 4, 0x1f8b0800); /* what follows is not its */
	return ZBOOT_HEADER + size + 4;
}

static void test_zboot(_unused_ void **state)
{
	_cleanup_(image_done) struct image image = IMAGE_INIT;
	static uint8_t data[ROOM];

	tree_put(&tree, "/zboot", data, zboot_make(data, kernel, sizeof(kernel)));
	assert_int_equal(open_file("/zboot", &image, NULL), 0);
	assert_is_kernel(&image);
	assert_int_equal(image.wrapper_count, 1);
	assert_string_equal(image.wrappers[0], "zboot");
	assert_null(image.cmdline);
}

static void test_zboot_in_uki(_unused_ void **state)
{
	_cleanup_(image_done) struct image image = IMAGE_INIT;
	static uint8_t data[ROOM];
	struct pe_part part = { ".linux", data, 0 };

	part.size = zboot_make(data, kernel, sizeof(kernel));
	put_uki("/uki", &part, 1);
	assert_int_equal(open_file("/uki", &image, NULL), 0);
	assert_is_kernel(&image);
	assert_int_equal(image.wrapper_count, 2);
	assert_string_equal(image.wrappers[0], "uki");
	assert_string_equal(image.wrappers[1], "zboot");
	assert_string_equal(image.cmdline, "");
}

/* Zeros behind the signatures would make the kernel refuse them. */
static void test_padding_goes(_unused_ void **state)
{
	static uint8_t padded[KERNEL_SIZE + 3000], data[ROOM];
	const struct pe_part part = { ".linux", padded, sizeof(padded) };
	uint8_t header[PE_TABLE_AT];

	memcpy(padded, kernel, sizeof(kernel));
	pe_header(header, 0);
	memcpy(padded, header, sizeof(header));
	put_le(padded + PE_CERTIFICATES_AT, 4, KERNEL_SIZE - 8);
	put_le(padded + PE_CERTIFICATES_AT + 4, 4, 24);
	put_uki("/padded.uki", &part, 1);
	tree_put(&tree, "/padded.zboot", data, zboot_make(data, padded, sizeof(padded)));
	for (int i = 0; i < 2; i++) {
		_cleanup_(image_done) struct image image = IMAGE_INIT;

		assert_int_equal(open_file(i ? "/padded.uki" : "/padded.zboot", &image, NULL), 0);
		assert_int_equal(image.kernel.bytes.size, KERNEL_SIZE + 16);
		assert_memory_equal(image.kernel.bytes.data, padded, KERNEL_SIZE + 16);
		assert_int_equal(scratch_back(&image.kernel, "kernel", NULL), 0);
		assert_int_equal(lseek(image.kernel.fd, 0, SEEK_END), KERNEL_SIZE + 16);
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

static void test_wrapper_refused(_unused_ void **state)
{
	static const uint8_t huge[] = { 0x28, 0xb5, 0x2f, 0xfd, 0xc0, 0x58, 1,
					0,    0,    0x40, 0,    0,    0,    0 };
	const struct pe_part text = { ".linux", "text", 4 }, none = { ".linux", "", 0 };
	static uint8_t data[ROOM];
	size_t size;
	_cleanup_free_ uint8_t *plain = pe_make(&text, 1, &size);
	_cleanup_free_ uint8_t *twice = NULL, *empty = NULL;
	const struct pe_part inner = { ".linux", plain, size };

	assert_refused(plain, size, -ENOEXEC, "Cannot determine the file type");
	assert_refused(plain, size - PE_FILE_ALIGNMENT + 3, -EBADMSG,
		       "/bad: is damaged or truncated: its section");
	twice = pe_make(&inner, 1, &size);
	assert_refused(twice, size, -EBADMSG, "/bad: is a unified kernel image inside of another");
	empty = pe_make(&none, 1, &size);
	assert_refused(empty, size, -EBADMSG, "/bad: is a damaged unified kernel image");
	size = zboot_make(data, kernel, sizeof(kernel));
	assert_refused(data, size - 5, -EBADMSG, "/bad: looks like an EFI zboot image, but");
	data[ZBOOT_HEADER] = 0;
	assert_refused(data, size, -EBADMSG, "/bad: gzip data is damaged");
	/* One byte more than 1 GiB, the most that a kernel may have. */
	assert_refused(huge, sizeof(huge), -EFBIG, "unpacks to more than 1073741824 bytes");
}

static void test_no_file(_unused_ void **state)
{
	struct image image = IMAGE_INIT;
	struct err err = ERR_INIT;

	assert_int_equal(open_file("/none", &image, &err), -ENOENT);
	assert_non_null(strstr(err.text, "/none:No such file"));
	assert_int_equal(open_file("", &image, &err), -EISDIR);
	assert_non_null(strstr(err.text, "Is a directory"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_plain),         cmocka_unit_test(test_wrapped),
		cmocka_unit_test(test_uki),           cmocka_unit_test(test_uki_ucode),
		cmocka_unit_test(test_uki_too_large), cmocka_unit_test(test_zboot),
		cmocka_unit_test(test_zboot_in_uki),  cmocka_unit_test(test_padding_goes),
		cmocka_unit_test(test_refused),       cmocka_unit_test(test_wrapper_refused),
		cmocka_unit_test(test_no_file),
	};

	return cmocka_run_group_tests(tests, setup, tree_teardown);
}
