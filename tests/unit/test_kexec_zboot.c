/* SPDX-License-Identifier: GPL-2.0-or-later */
/* EFI zboot headers: whole, and with every field damaged. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "kexec/zboot.h"

enum { FILE_SIZE = 0x200, PAYLOAD_AT = 0x100, PAYLOAD_SIZE = 0x80, TYPE_AT = 24, TYPE_SIZE = 32 };

static uint8_t file[FILE_SIZE];

static int setup(_unused_ void **state)
{
	memset(file, 0, sizeof(file));
	memcpy(file, "MZ\0\0zimg", 8);
	put_le(file + 8, 4, PAYLOAD_AT);
	put_le(file + 12, 4, PAYLOAD_SIZE);
	strcpy((char *)file + TYPE_AT, "gzip");
	return 0;
}

/* Parse the first @size bytes, from a heap block of just that size. */
static int parse(size_t size, struct zboot *ret, struct err *err)
{
	_cleanup_free_ uint8_t *copy = malloc(size + 1);
	struct zboot zboot = { .format = NULL };
	int r;

	assert_non_null(copy);
	memcpy(copy + 1, file, size);
	r = zboot_parse((struct bytes){ copy + 1, size }, &zboot, err);
	if (r == 0 && ret) {
		*ret = zboot;
		ret->payload.data = file + (zboot.payload.data - copy - 1);
	}
	return r;
}

static void assert_refused(size_t size, int error, const char *text)
{
	struct err err = ERR_INIT;

	assert_int_equal(parse(size, NULL, &err), error);
	assert_non_null(strstr(err.text, text));
}

static void test_whole(_unused_ void **state)
{
	struct zboot zboot;

	assert_int_equal(parse(FILE_SIZE, &zboot, NULL), 0);
	assert_ptr_equal(zboot.payload.data, file + PAYLOAD_AT);
	assert_int_equal(zboot.payload.size, PAYLOAD_SIZE);
	assert_string_equal(zboot.format, "gzip");
}

static void test_formats(_unused_ void **state)
{
	static const char *const names[][2] = { { "gzip", "gzip" }, { "lzma", "lzma" },
						{ "xzkern", "xz" }, { "xz", "xz" },
						{ "zstd", "zstd" }, { "zstd22", "zstd" } };
	struct zboot zboot;

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		strcpy((char *)file + TYPE_AT, names[i][0]);
		assert_int_equal(parse(FILE_SIZE, &zboot, NULL), 0);
		assert_string_equal(zboot.format, names[i][1]);
	}
}

static void test_other_formats(_unused_ void **state)
{
	static const char *const names[] = { "lz4", "lzo", "bzip2", "gzipped", "zst", "GZIP" };

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		strcpy((char *)file + TYPE_AT, names[i]);
		assert_refused(FILE_SIZE, -ENOTSUP, names[i]);
	}
	strcpy((char *)file + TYPE_AT, "");
	assert_refused(FILE_SIZE, -EBADMSG, "does not say how it is compressed");
	strcpy((char *)file + TYPE_AT, "gz\nip");
	assert_refused(FILE_SIZE, -EBADMSG, "the name of its compression is damaged");
	strcpy((char *)file + TYPE_AT, "gzip\x7f");
	assert_refused(FILE_SIZE, -EBADMSG, "the name of its compression is damaged");
	strcpy((char *)file + TYPE_AT, "\xff");
	assert_refused(FILE_SIZE, -EBADMSG, "the name of its compression is damaged");
	memset(file + TYPE_AT, 'x', TYPE_SIZE); /* what follows is not its */
	assert_refused(FILE_SIZE, -EBADMSG, "does not say how it is compressed");
}

static void test_payload_outside(_unused_ void **state)
{
	put_le(file + 12, 4, FILE_SIZE - PAYLOAD_AT);
	assert_int_equal(parse(FILE_SIZE, NULL, NULL), 0);
	put_le(file + 12, 4, FILE_SIZE - PAYLOAD_AT + 1);
	assert_refused(FILE_SIZE, -EBADMSG, "it has 512 bytes, its kernel is 257 bytes at 0x100");
	put_le(file + 12, 4, 0xffffffff);
	assert_refused(FILE_SIZE, -EBADMSG, "4294967295 bytes at 0x100");
	put_le(file + 12, 4, PAYLOAD_SIZE);
	put_le(file + 8, 4, 0xffffffff);
	assert_refused(FILE_SIZE, -EBADMSG, "at 0xffffffff");
	put_le(file + 8, 4, FILE_SIZE - PAYLOAD_SIZE + 1);
	assert_refused(FILE_SIZE, -EBADMSG, "truncated");
}

static void test_every_truncation(_unused_ void **state)
{
	for (size_t size = 0; size < FILE_SIZE; size++) {
		int r = parse(size, NULL, NULL);

		if (size < 8)
			assert_int_equal(r, ZBOOT_NOT_MINE);
		else
			assert_int_equal(r, size < PAYLOAD_AT + PAYLOAD_SIZE ? -EBADMSG : 0);
	}
	assert_refused(15, -EBADMSG, "truncated in its header");
	/* A payload that ends before the header does. */
	put_le(file + 8, 4, 0);
	put_le(file + 12, 4, 1);
	assert_refused(TYPE_AT + TYPE_SIZE - 1, -EBADMSG, "does not say how");
}

static void test_not_mine(_unused_ void **state)
{
	file[0] = 'm';
	assert_int_equal(parse(FILE_SIZE, NULL, NULL), ZBOOT_NOT_MINE);
	setup(NULL);
	file[7] = 'G';
	assert_int_equal(parse(FILE_SIZE, NULL, NULL), ZBOOT_NOT_MINE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_whole, setup),
		cmocka_unit_test_setup(test_formats, setup),
		cmocka_unit_test_setup(test_other_formats, setup),
		cmocka_unit_test_setup(test_payload_outside, setup),
		cmocka_unit_test_setup(test_every_truncation, setup),
		cmocka_unit_test_setup(test_not_mine, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
