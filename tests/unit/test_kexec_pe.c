/* SPDX-License-Identifier: GPL-2.0-or-later */
/* EFI programs: sections by their names, the end of the signatures; every field damaged. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>

#include "kexec/pe.h"
#include "tests/unit/kexec_pe.h"

static const struct pe_part parts[] = {
	{ ".text", "code", 4 },  { ".linuxx", "not it", 6 }, { ".cmdline", "eight chars", 11 },
	{ ".linux", "this", 4 }, { ".linux", "the 2nd", 7 }, { ".zero", "", 0 },
};

enum { LINUX_ROW = PE_TABLE_AT + 3 * PE_ROW };

static uint8_t *file;
static size_t file_size;

static int setup(_unused_ void **state)
{
	file = pe_make(parts, ARRAY_SIZE(parts), &file_size);
	return 0;
}

static int teardown(_unused_ void **state)
{
	free(file);
	return 0;
}

/* Parse the first @size bytes, from a heap block of just that size. */
static int find(size_t size, const char *name, struct bytes *ret, struct err *err)
{
	_cleanup_free_ uint8_t *copy = malloc(size + 1);
	struct bytes found = { NULL, 0 };
	struct pe pe;
	int r;

	assert_non_null(copy);
	memcpy(copy + 1, file, size);
	r = pe_parse((struct bytes){ copy + 1, size }, &pe, err);
	if (r != 0)
		return r;
	r = pe_section(&pe, name, &found, err);
	if (r == 0 && ret)
		*ret = (struct bytes){ file + (found.data - copy - 1), found.size };
	return r;
}

static void assert_section(const char *name, const char *text)
{
	struct bytes found;

	assert_int_equal(find(file_size, name, &found, NULL), 0);
	assert_int_equal(found.size, strlen(text));
	assert_memory_equal(found.data, text, found.size);
}

static void assert_damaged(size_t size, const char *text)
{
	struct err err = ERR_INIT;

	assert_int_equal(find(size, ".linux", NULL, &err), -EBADMSG);
	assert_non_null(strstr(err.text, text));
}

static void test_sections(_unused_ void **state)
{
	assert_section(".text", "code");
	assert_section(".linux", "this"); /* not the one whose name begins so, and the first */
	assert_section(".cmdline", "eight chars");
	assert_section(".zero", "");
	assert_int_equal(find(file_size, ".initrd", NULL, NULL), PE_NO_SECTION);
	assert_int_equal(find(file_size, ".linu", NULL, NULL), PE_NO_SECTION);
}

static void test_section_sizes(_unused_ void **state)
{
	struct bytes found;

	/* Larger in memory than in the file: the rest would be zeros. */
	put_le(file + LINUX_ROW + PE_VIRTUAL_SIZE, 4, 0xffffffff);
	assert_int_equal(find(file_size, ".linux", &found, NULL), 0);
	assert_int_equal(found.size, PE_FILE_ALIGNMENT);
	put_le(file + LINUX_ROW + PE_VIRTUAL_SIZE, 4, 0);
	assert_int_equal(find(file_size, ".linux", &found, NULL), 0);
	assert_int_equal(found.size, PE_FILE_ALIGNMENT);
	/* Without contents, the offset means nothing. */
	put_le(file + LINUX_ROW + PE_RAW_SIZE, 4, 0);
	put_le(file + LINUX_ROW + PE_RAW_OFFSET, 4, 0xffffffff);
	assert_int_equal(find(file_size, ".linux", &found, NULL), 0);
	assert_int_equal(found.size, 0);
}

static void test_section_outside(_unused_ void **state)
{
	uint8_t *row = file + LINUX_ROW;

	/* The padding may be missing. */
	put_le(row + PE_RAW_OFFSET, 4, file_size - 4);
	assert_int_equal(find(file_size, ".linux", NULL, NULL), 0);
	put_le(row + PE_RAW_OFFSET, 4, file_size - 3);
	assert_damaged(file_size, "its section .linux, 4 bytes at 0x");
	put_le(row + PE_VIRTUAL_SIZE, 4, PE_FILE_ALIGNMENT + 1);
	put_le(row + PE_RAW_OFFSET, 4, file_size - PE_FILE_ALIGNMENT);
	assert_int_equal(find(file_size, ".linux", NULL, NULL), 0);
	put_le(row + PE_RAW_OFFSET, 4, file_size - PE_FILE_ALIGNMENT + 1);
	assert_damaged(file_size, "its section .linux, 512 bytes at 0x");
	put_le(row + PE_RAW_OFFSET, 4, 0xffffff00); /* with the size, beyond 32 bits */
	assert_damaged(file_size, "at 0xffffff00, is not within its ");
	put_le(row + PE_RAW_OFFSET, 4, 0);
	put_le(row + PE_RAW_SIZE, 4, 0xffffffff);
	put_le(row + PE_VIRTUAL_SIZE, 4, 0xffffffff);
	assert_damaged(file_size, "its section .linux, 4294967295 bytes");
	/* Others may be damaged: nobody asked for them. */
	assert_section(".text", "code");
}

static void test_not_mine(_unused_ void **state)
{
	assert_int_equal(find(0, ".linux", NULL, NULL), PE_NOT_MINE);
	assert_int_equal(find(0x3f, ".linux", NULL, NULL), PE_NOT_MINE);
	file[PE_AT + 1] = 'L';
	assert_int_equal(find(file_size, ".linux", NULL, NULL), PE_NOT_MINE);
	file[PE_AT + 1] = 'E';
	file[PE_AT + 3] = 1;
	assert_int_equal(find(file_size, ".linux", NULL, NULL), PE_NOT_MINE);
	file[PE_AT + 3] = 0;
	file[1] = 'X';
	assert_int_equal(find(file_size, ".linux", NULL, NULL), PE_NOT_MINE);
}

static void test_header_outside(_unused_ void **state)
{
	static const uint32_t places[] = { 0xfffffff0, 0x80000000, 0xffffffff };

	for (size_t i = 0; i < ARRAY_SIZE(places); i++) {
		put_le(file + 0x3c, 4, places[i]);
		assert_damaged(file_size, "looks like an EFI program, but is truncated");
	}
	put_le(file + 0x3c, 4, file_size - 3);
	assert_damaged(file_size, "its PE header is at");
	put_le(file + 0x3c, 4, PE_AT);
	put_le(file + PE_OPTIONAL_SIZE_AT, 2, 0xffff);
	assert_damaged(file_size, "its PE header is at 0x80");
	put_le(file + PE_OPTIONAL_SIZE_AT, 2, PE_OPTIONAL_BYTES);
	put_le(file + PE_COUNT_AT, 2, 0xffff);
	assert_damaged(file_size, "its section table is at 0x188");
	put_le(file + PE_COUNT_AT, 2, 0x100 + ARRAY_SIZE(parts));
	assert_damaged(file_size, "its section table is at 0x188");
	put_le(file + PE_COUNT_AT, 2, 0);
	assert_int_equal(find(file_size, ".linux", NULL, NULL), PE_NO_SECTION);
}

/* At every length, it is refused or says what it is, and never less truncated than that. */
static void test_every_truncation(_unused_ void **state)
{
	size_t table_end = PE_TABLE_AT + ARRAY_SIZE(parts) * PE_ROW;

	for (size_t size = 0x40; size < file_size; size++) {
		int r = find(size, ".linux", NULL, NULL);

		if (size < table_end)
			assert_int_equal(r, -EBADMSG);
		else
			assert_true(r == -EBADMSG || r == 0);
	}
	assert_damaged(table_end - 1, "its section table is at 0x188");
	assert_damaged(PE_OPTIONAL_AT, "its PE header is at 0x80");
	assert_damaged(PE_AT + 2, "its PE header is at 0x80");
}

static size_t unpadded(size_t size)
{
	struct bytes in = { file, size }, out = pe_without_padding(in);

	assert_ptr_equal(out.data, file);
	return out.size;
}

static void test_signed(_unused_ void **state)
{
	assert_int_equal(unpadded(file_size), file_size); /* not signed */
	put_le(file + PE_CERTIFICATES_AT, 4, 1024);
	assert_int_equal(unpadded(file_size), file_size);
	put_le(file + PE_CERTIFICATES_AT + 4, 4, 264);
	assert_int_equal(unpadded(file_size), 1288);
	assert_int_equal(unpadded(1288), 1288);
	assert_int_equal(unpadded(1287), 1287); /* cut short */
	put_le(file + PE_CERTIFICATES_AT, 4, 0xffffffff);
	assert_int_equal(unpadded(file_size), file_size);
	put_le(file + PE_CERTIFICATES_AT, 4, 1024);
	put_le(file + PE_DIRECTORY_COUNT_AT, 4, 4); /* the table of certificates is the fifth */
	assert_int_equal(unpadded(file_size), file_size);
	put_le(file + PE_DIRECTORY_COUNT_AT, 4, 5);
	assert_int_equal(unpadded(file_size), 1288);
	put_le(file + PE_OPTIONAL_SIZE_AT, 2, 112 + 4 * 8 + 7); /* it is cut */
	put_le(file + PE_COUNT_AT, 2, 0);
	assert_int_equal(unpadded(file_size), file_size);
	put_le(file + PE_OPTIONAL_SIZE_AT, 2, 1);
	assert_int_equal(unpadded(file_size), file_size);
	put_le(file + PE_OPTIONAL_SIZE_AT, 2, PE_OPTIONAL_BYTES);
	put_le(file + PE_OPTIONAL_AT, 2, 0x107); /* a ROM's header: neither of the two */
	assert_int_equal(unpadded(file_size), file_size);
	file[0] = 'X';
	assert_int_equal(unpadded(file_size), file_size);
	assert_int_equal(unpadded(0), 0);
}

/* 32-bit programs have their directories 16 bytes earlier. */
static void test_signed_pe32(_unused_ void **state)
{
	put_le(file + PE_OPTIONAL_AT, 2, 0x10b);
	put_le(file + PE_OPTIONAL_AT + 92, 4, 16);
	put_le(file + PE_CERTIFICATES_AT - 16, 4, 1024);
	put_le(file + PE_CERTIFICATES_AT - 12, 4, 8);
	assert_int_equal(unpadded(file_size), 1032);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_sections, setup, teardown),
		cmocka_unit_test_setup_teardown(test_section_sizes, setup, teardown),
		cmocka_unit_test_setup_teardown(test_section_outside, setup, teardown),
		cmocka_unit_test_setup_teardown(test_not_mine, setup, teardown),
		cmocka_unit_test_setup_teardown(test_header_outside, setup, teardown),
		cmocka_unit_test_setup_teardown(test_every_truncation, setup, teardown),
		cmocka_unit_test_setup_teardown(test_signed, setup, teardown),
		cmocka_unit_test_setup_teardown(test_signed_pe32, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
