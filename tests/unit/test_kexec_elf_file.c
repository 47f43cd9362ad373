/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ELF executables: what is read of them, and every way in which one may be damaged. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <stdlib.h>

#include "kexec/elf_file.h"
#include "kexec/loader.h"
#include "tests/unit/kexec_elf.h"

enum { ANY = ELF_X86_32 | ELF_X86_64 };

static const struct elf_load two[] = {
	{ 0x2000, 0xffffffff81200000, 0x1200000, 0x800, 0x3000, 0x200000 },
	{ 0x1000, 0xffffffff81000000, 0x1000000, 0x1000, 0x1000, 0x1000 },
};
static const struct elf_load two32[] = {
	{ 0x2000, 0xc1200000, 0x1200000, 0x800, 0x3000, 0x1000 },
	{ 0x1000, 0xc1000000, 0x1000000, 0x1000, 0x1000, 0x1000 },
};

static uint8_t file[ELF_FILE_SIZE];
static struct program program;

static int setup(_unused_ void **state)
{
	elf_make(file, 64, 0x1000040, two, 2);
	return 0;
}

static int teardown(_unused_ void **state)
{
	program_done(&program);
	return 0;
}

/* From a block of just that size, so that reading one byte further is seen. */
static int read_file(size_t size, unsigned int kinds, struct err *err)
{
	uint8_t *copy = malloc(size ? size : 1);
	int r;

	assert_non_null(copy);
	memcpy(copy, file, size);
	program_done(&program);
	r = elf_file_read((struct bytes){ copy, size }, kinds, &program, err);
	for (size_t i = 0; r == 0 && i < program.count; i++)
		if (program.parts[i].content.size) /* in the file itself, not in the copy */
			program.parts[i].content.data =
				file + (program.parts[i].content.data - copy);
	free(copy);
	return r;
}

static void assert_damaged(const char *text)
{
	struct err err = ERR_INIT;

	assert_int_equal(read_file(sizeof(file), ANY, &err), -EBADMSG);
	if (!strstr(err.text, text))
		print_message("# message: %s\n", err.text);
	assert_non_null(strstr(err.text, text));
	assert_int_equal(setup(NULL), 0);
}

static void assert_parts(void)
{
	assert_int_equal(program.count, 2);
	assert_int_equal(program.parts[0].start, 0x1000000);
	assert_int_equal(program.parts[0].size, 0x1000);
	assert_ptr_equal(program.parts[0].content.data, file + 0x1000);
	assert_int_equal(program.parts[0].content.size, 0x1000);
	assert_int_equal(program.parts[1].start, 0x1200000);
	assert_int_equal(program.parts[1].size, 0x3000);
	assert_ptr_equal(program.parts[1].content.data, file + 0x2000);
	assert_int_equal(program.parts[1].content.size, 0x800);
	assert_false(program.movable);
}

static void test_parts(_unused_ void **state)
{
	assert_int_equal(read_file(sizeof(file), ELF_X86_64, NULL), 0);
	assert_parts();
	assert_int_equal(program.entry, 0x1000040);
	assert_int_equal(program.align, 0x200000);

	elf_make(file, 32, 0x1000040, two32, 2);
	assert_int_equal(read_file(sizeof(file), ELF_X86_32, NULL), 0);
	assert_parts();
	assert_int_equal(program.entry, 0x1000040);
	assert_int_equal(program.align, 0x1000);

	put_le(file + 16, 2, ET_DYN);
	assert_int_equal(read_file(sizeof(file), ANY, NULL), 0);
	assert_true(program.movable);
}

static void test_virtual_entry(_unused_ void **state)
{
	put_le(file + 24, 8, 0xffffffff81201234);
	assert_int_equal(read_file(sizeof(file), ANY, NULL), 0);
	assert_int_equal(program.entry, 0x1201234);
	elf_make(file, 32, 0xc1000020, two32, 2);
	assert_int_equal(read_file(sizeof(file), ANY, NULL), 0);
	assert_int_equal(program.entry, 0x1000020);
}

static void assert_not_mine(unsigned int kinds)
{
	assert_int_equal(read_file(sizeof(file), kinds, NULL), ELF_FILE_NOT_MINE);
}

static void test_other_machines(_unused_ void **state)
{
	static const unsigned int others[] = { EM_NONE, EM_386, EM_ARM, EM_AARCH64, 0xffff };

	assert_not_mine(ELF_X86_32);
	for (size_t i = 0; i < ARRAY_SIZE(others); i++) {
		put_le(file + 18, 2, others[i]);
		assert_not_mine(ANY);
	}
	elf_make(file, 32, 0x1000040, two32, 2);
	assert_not_mine(ELF_X86_64);
	put_le(file + 18, 2, 6); /* EM_486, later EM_IAMCU */
	assert_int_equal(read_file(sizeof(file), ANY, NULL), 0);
	put_le(file + 18, 2, EM_X86_64); /* the x32 ABI */
	assert_not_mine(ANY);
}

static void test_other_kinds(_unused_ void **state)
{
	static const unsigned int others[] = { ET_NONE, ET_REL, ET_CORE, 0xfe00 };

	for (size_t i = 0; i < ARRAY_SIZE(others); i++) {
		put_le(file + 16, 2, others[i]);
		assert_not_mine(ANY);
	}
	assert_int_equal(setup(NULL), 0);
	file[EI_DATA] = ELFDATA2MSB;
	assert_not_mine(ANY);
	assert_int_equal(setup(NULL), 0);
	file[1] = 'e';
	assert_not_mine(ANY);
	assert_int_equal(setup(NULL), 0);
	put_le(file + 64, 4, PT_INTERP); /* a program of user space */
	assert_not_mine(ANY);
	put_le(file + 64, 4, PT_NOTE);
	assert_int_equal(read_file(sizeof(file), ANY, NULL), 0);
	assert_int_equal(program.count, 1);
}

/* Every length that a file can be cut to: never read beyond, never taken. */
static void test_cut_short(_unused_ void **state)
{
	for (size_t size = 0; size < 0x2800; size++)
		assert_int_equal(read_file(size, ANY, NULL),
				 size < 20 ? ELF_FILE_NOT_MINE : -EBADMSG);
	assert_int_equal(read_file(0x2800, ANY, NULL), 0);
	elf_make(file, 32, 0x1000040, two32, 2);
	for (size_t size = 0; size < 0x2800; size++)
		assert_int_equal(read_file(size, ANY, NULL),
				 size < 20 ? ELF_FILE_NOT_MINE : -EBADMSG);
}

static void test_damaged_header(_unused_ void **state)
{
	put_le(file + 56, 2, 0);
	assert_damaged("0 program headers");
	put_le(file + 56, 2, PN_XNUM);
	assert_damaged("65535 program headers");
	put_le(file + 56, 2, 300);
	assert_damaged("truncated in its program headers");
	put_le(file + 54, 2, 32);
	assert_damaged("of 32 bytes");
	put_le(file + 32, 8, UINT64_MAX);
	assert_damaged("truncated in its program headers");
	put_le(file + 32, 8, sizeof(file) - 111);
	assert_damaged("truncated in its program headers");
}

static void test_damaged_parts(_unused_ void **state)
{
	put_le(file + 64 + 8, 8, UINT64_MAX - 10); /* p_offset */
	assert_damaged("its part at 0x1200000 is said to be 2048 at 18446744073709551605");
	put_le(file + 64 + 32, 8, UINT64_MAX); /* p_filesz */
	assert_damaged("truncated");
	put_le(file + 64 + 40, 8, 0x7ff); /* p_memsz */
	assert_damaged("more bytes in the file than in memory");
	put_le(file + 64 + 40, 8, UINT64_MAX);
	assert_damaged("do not fit");
	put_le(file + 64 + 24, 8, 0x1000fff); /* p_paddr */
	assert_damaged("overlap");
	put_le(file + 64 + 48, 8, 0x3000); /* p_align */
	assert_damaged("0x3000 is no power of two");
	put_le(file + 64 + 48, 8, UINT64_C(1) << 31);
	assert_damaged("is no power of two");
	put_le(file + 24, 8, 0x1001000);
	assert_damaged("entry point 0x1001000");
}

static void test_probes(_unused_ void **state)
{
	const struct bytes bytes = { file, sizeof(file) };

	assert_int_equal(loader_elf_x86_64.probe(bytes, NULL), 0);
	assert_int_equal(loader_elf_x86.probe(bytes, NULL), PROBE_NOT_MINE);
	put_le(file + 56, 2, 300);
	assert_int_equal(loader_elf_x86_64.probe(bytes, NULL), -EBADMSG);
	assert_int_equal(loader_elf_x86.probe(bytes, NULL), PROBE_NOT_MINE);
	elf_make(file, 32, 0x1000040, two32, 2);
	assert_int_equal(loader_elf_x86_64.probe(bytes, NULL), PROBE_NOT_MINE);
	assert_int_equal(loader_elf_x86.probe(bytes, NULL), 0);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_parts),         TEST(test_virtual_entry), TEST(test_other_machines),
		TEST(test_other_kinds),   TEST(test_cut_short),     TEST(test_damaged_header),
		TEST(test_damaged_parts), TEST(test_probes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
