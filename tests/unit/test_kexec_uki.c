/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Unified kernel images: their sections, their command line; damaged ones. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>

#include "kexec/uki.h"
#include "tests/unit/kexec_pe.h"

static const struct pe_part parts[] = {
	{ ".text", "stub", 4 }, { ".linux", "kernel", 6 },   { ".initrd", "ramdisk", 7 },
	{ ".dtb", "tree", 4 },  { ".cmdline", "ro\n\0", 4 }, { ".ucode", "intel", 5 },
};

static uint8_t *row(uint8_t *file, size_t i)
{
	return file + PE_TABLE_AT + i * PE_ROW;
}

static void assert_text(struct bytes found, const char *text)
{
	assert_int_equal(found.size, strlen(text));
	assert_memory_equal(found.data, text, found.size);
}

static void test_sections(_unused_ void **state)
{
	size_t size;
	_cleanup_free_ uint8_t *file = pe_make(parts, ARRAY_SIZE(parts), &size);
	struct uki uki;

	assert_int_equal(uki_parse((struct bytes){ file, size }, &uki, NULL), 0);
	assert_text(uki.sections[UKI_LINUX], "kernel");
	assert_text(uki.sections[UKI_INITRD], "ramdisk");
	assert_text(uki.sections[UKI_DTB], "tree");
	assert_text(uki.sections[UKI_UCODE], "intel");
	assert_int_equal(uki.sections[UKI_CMDLINE].size, 4);
}

static void test_kernel_alone(_unused_ void **state)
{
	size_t size;
	_cleanup_free_ uint8_t *file = pe_make(parts, 2, &size);
	_cleanup_free_ char *line = NULL;
	struct uki uki;

	assert_int_equal(uki_parse((struct bytes){ file, size }, &uki, NULL), 0);
	assert_text(uki.sections[UKI_LINUX], "kernel");
	for (int i = 0; i < UKI_SECTIONS; i++)
		assert_true(i == UKI_LINUX || uki.sections[i].size == 0);
	assert_int_equal(uki_cmdline(&uki, &line, NULL), 0);
	assert_string_equal(line, "");
}

static void test_not_mine(_unused_ void **state)
{
	size_t size;
	_cleanup_free_ uint8_t *file = pe_make(parts, 1, &size);
	struct uki uki;

	assert_int_equal(uki_parse((struct bytes){ file, size }, &uki, NULL), UKI_NOT_MINE);
	assert_int_equal(uki_parse((struct bytes){ NULL, 0 }, &uki, NULL), UKI_NOT_MINE);
	file[0] = 'X';
	assert_int_equal(uki_parse((struct bytes){ file, size }, &uki, NULL), UKI_NOT_MINE);
}

static void assert_damaged(const uint8_t *file, size_t size, const char *text)
{
	struct err err = ERR_INIT;
	struct uki uki;

	assert_int_equal(uki_parse((struct bytes){ file, size }, &uki, &err), -EBADMSG);
	assert_non_null(strstr(err.text, text));
}

static void test_damaged(_unused_ void **state)
{
	for (size_t i = 1; i < ARRAY_SIZE(parts); i++) { /* each that is used */
		size_t size;
		_cleanup_free_ uint8_t *file = pe_make(parts, ARRAY_SIZE(parts), &size);
		struct uki uki;

		put_le(row(file, i) + PE_RAW_OFFSET, 4, size);
		assert_damaged(file, size, parts[i].name);
		put_le(row(file, i) + PE_RAW_SIZE, 4, 0);
		if (i == 1)
			assert_damaged(file, size, "its section .linux is empty");
		else
			assert_int_equal(uki_parse((struct bytes){ file, size }, &uki, NULL), 0);
	}
}

static void test_overlap(_unused_ void **state)
{
	size_t size;
	_cleanup_free_ uint8_t *file = pe_make(parts, ARRAY_SIZE(parts), &size);
	size_t first = pe_aligned(PE_TABLE_AT + ARRAY_SIZE(parts) * PE_ROW);
	struct uki uki;

	/* Their contents count, not what they are padded to. */
	put_le(row(file, 2) + PE_RAW_OFFSET, 4, first + 1 * PE_FILE_ALIGNMENT + 5);
	assert_damaged(file, size, "its sections .linux and .initrd overlap");
	put_le(row(file, 2) + PE_RAW_OFFSET, 4, first + 1 * PE_FILE_ALIGNMENT + 6);
	assert_int_equal(uki_parse((struct bytes){ file, size }, &uki, NULL), 0);
	put_le(row(file, 2) + PE_RAW_OFFSET, 4, first + 1 * PE_FILE_ALIGNMENT - 7);
	assert_int_equal(uki_parse((struct bytes){ file, size }, &uki, NULL), 0);
	put_le(row(file, 2) + PE_RAW_OFFSET, 4, first + 1 * PE_FILE_ALIGNMENT - 6);
	assert_damaged(file, size, "overlap");
	/* What is not used may lie anywhere. */
	put_le(row(file, 2) + PE_RAW_OFFSET, 4, first);
	assert_int_equal(uki_parse((struct bytes){ file, size }, &uki, NULL), 0);
}

static void assert_cmdline(const char *text, size_t size, const char *expected)
{
	_cleanup_free_ char *line = NULL;
	_cleanup_free_ uint8_t *copy = malloc(size + 1);
	struct uki uki = { 0 };

	assert_non_null(copy);
	memcpy(copy + 1, text, size);
	uki.sections[UKI_CMDLINE] = (struct bytes){ copy + 1, size };
	assert_int_equal(uki_cmdline(&uki, &line, NULL), 0);
	assert_string_equal(line, expected);
}

static void test_cmdline(_unused_ void **state)
{
	assert_cmdline("root=/dev/sda1 ro", 17, "root=/dev/sda1 ro"); /* no NUL needed */
	assert_cmdline("ro\n\0\0\0", 6, "ro");
	assert_cmdline("ro \n \n\0", 7, "ro");
	assert_cmdline("ro\nquiet\tb\n", 11, "ro quiet b"); /* a line each */
	assert_cmdline("ro\0quiet", 8, "ro");
	assert_cmdline("\n\n", 2, "");
	assert_cmdline("\0ro", 3, "");
	assert_cmdline("a=\"b  c\" \xc3\xa4", 11, "a=\"b  c\" \xc3\xa4");
}

static void test_cmdline_too_long(_unused_ void **state)
{
	static uint8_t text[(64 << 10) + 1];
	struct err err = ERR_INIT;
	struct uki uki = { 0 };
	char *line = NULL;

	memset(text, 'x', sizeof(text));
	uki.sections[UKI_CMDLINE] = (struct bytes){ text, sizeof(text) };
	assert_int_equal(uki_cmdline(&uki, &line, &err), -EBADMSG);
	assert_non_null(strstr(err.text, ".cmdline has 65537 characters"));
	assert_null(line);
	text[64 << 10] = '\0';
	assert_int_equal(uki_cmdline(&uki, &line, &err), 0);
	assert_int_equal(strlen(line), 64 << 10);
	free(line);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sections),         cmocka_unit_test(test_kernel_alone),
		cmocka_unit_test(test_not_mine),         cmocka_unit_test(test_damaged),
		cmocka_unit_test(test_overlap),          cmocka_unit_test(test_cmdline),
		cmocka_unit_test(test_cmdline_too_long),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
