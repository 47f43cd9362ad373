/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <elf.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "kdump/crashinfo.h"

#include "tests/unit/tree.h"

#define TEXT "OSRELEASE=6.1.0-test\nPAGESIZE=4096\nCRASHTIME=1556220291\n"

enum { NOTES_AT = 512, FILE_SIZE = 1024 };

static size_t put_note(uint8_t *to, const char *name, const void *contents, size_t size)
{
	size_t name_size = strlen(name) + 1;
	const Elf64_Nhdr header = { (uint32_t)name_size, (uint32_t)size, 0 };

	memcpy(to, &header, sizeof(header));
	memcpy(to + sizeof(header), name, name_size);
	name_size = (name_size + 3) & ~(size_t)3;
	memcpy(to + sizeof(header) + name_size, contents, size);
	return sizeof(header) + name_size + ((size + 3) & ~(size_t)3);
}

/* A core of this machine's byte order whose notes are one of a CPU and VMCOREINFO. */
static void make_core(uint8_t file[static FILE_SIZE])
{
	const Elf64_Ehdr header = {
		.e_ident = { ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS64,
			     __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ ? ELFDATA2MSB : ELFDATA2LSB },
		.e_phoff = sizeof(Elf64_Ehdr),
		.e_phentsize = sizeof(Elf64_Phdr),
		.e_phnum = 2
	};
	Elf64_Phdr segments[] = { { .p_type = PT_LOAD },
				  { .p_type = PT_NOTE, .p_offset = NOTES_AT } };
	size_t size = put_note(file + NOTES_AT, "CORE", "registers", 9);

	size += put_note(file + NOTES_AT + size, "VMCOREINFO", TEXT, strlen(TEXT));
	segments[1].p_filesz = size;
	memcpy(file, &header, sizeof(header));
	memcpy(file + sizeof(header), segments, sizeof(segments));
}

static struct crashinfo read_file(const uint8_t *file, size_t size)
{
	struct crashinfo info;
	struct tree tree;
	char path[PATH_MAX];

	tree_make(&tree);
	tree_put(&tree, "/core", file, size);
	snprintf(path, sizeof(path), "%s/core", tree.dir);
	info = crashinfo_read(path);
	tree_remove(&tree);
	return info;
}

static void test_core(_unused_ void **state)
{
	uint8_t file[FILE_SIZE] = { 0 };
	struct crashinfo info;

	make_core(file);
	info = read_file(file, sizeof(file));
	assert_string_equal(info.release, "6.1.0-test");
	assert_int_equal(info.crash_time, 1556220291);
}

/* Cut anywhere, it says nothing or the truth. */
static void test_cut(_unused_ void **state)
{
	uint8_t file[FILE_SIZE] = { 0 };

	make_core(file);
	for (size_t size = 0; size < NOTES_AT + 100; size += 7) {
		struct crashinfo info = read_file(file, size);

		assert_string_equal(info.release, "");
		assert_int_equal(info.crash_time, 0);
	}
}

static void test_text(_unused_ void **state)
{
	static const char text[] = "XOSRELEASE=no\nOSRELEASE=\nCRASHTIME=x\nCRASHTIME";
	static const char longer[] =
		"OSRELEASE="
		"0123456789012345678901234567890123456789012345678901234567890123456789\n";
	struct crashinfo info =
		crashinfo_parse((struct bytes){ (const uint8_t *)text, sizeof(text) - 1 });

	assert_string_equal(info.release, "");
	assert_int_equal(info.crash_time, 0);
	info = crashinfo_parse((struct bytes){ (const uint8_t *)longer, sizeof(longer) - 1 });
	assert_string_equal(info.release, "");
	assert_string_equal(crashinfo_read("/nonexistent").release, "");
}

/* A clock that was never set, one that was, and a crash in no time that there will be. */
static void test_dump_time(_unused_ void **state)
{
	const struct crashinfo crash = { .crash_time = 1556220291 };
	const struct crashinfo unknown = { .crash_time = 0 };
	const struct crashinfo absurd = { .crash_time = UINT64_MAX };

	assert_int_equal(crashinfo_dump_time(&crash, 60), 1556220291);
	assert_int_equal(crashinfo_dump_time(&crash, 1556220300), 1556220300);
	assert_int_equal(crashinfo_dump_time(&unknown, 60), 60);
	assert_int_equal(crashinfo_dump_time(&absurd, 60), 60);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_dump_time),
		cmocka_unit_test(test_core),
		cmocka_unit_test(test_cut),
		cmocka_unit_test(test_text),
	};

	return cmocka_run_group_tests_name("kdump/crashinfo", tests, NULL, NULL);
}
