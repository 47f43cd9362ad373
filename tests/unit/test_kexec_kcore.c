/* SPDX-License-Identifier: GPL-2.0-or-later */
/* /proc/kcore: the kernel's own place and the direct map, in every layout and at any length. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>

#include "kexec/arch.h"
#include "kexec/kcore.h"
#include "tests/unit/kexec_kcore.h"

enum {
	E_SHOFF = offsetof(Elf64_Ehdr, e_shoff),
	E_PHOFF = offsetof(Elf64_Ehdr, e_phoff),
	E_PHENTSIZE = offsetof(Elf64_Ehdr, e_phentsize),
	E_PHNUM = offsetof(Elf64_Ehdr, e_phnum),
};

static int setup(void **state)
{
	struct tree *tree = calloc(1, sizeof(*tree));

	assert_non_null(tree);
	tree_make(tree);
	*state = tree;
	return 0;
}

static int teardown(void **state)
{
	struct tree *tree = *state;

	tree_remove(tree);
	free(tree);
	return 0;
}

static int read_it(const struct tree *tree, struct kcore *ret, struct err *err)
{
	const struct arch *arch = arch_find("x86_64");

	return kcore_read(&tree->root, arch->text_min, arch->text_max, arch->direct_map_align, ret,
			  err);
}

static void assert_kcore(const struct tree *tree, uint64_t text, uint64_t size,
			 uint64_t page_offset)
{
	struct kcore kcore;

	assert_int_equal(read_it(tree, &kcore, NULL), 0);
	assert_int_equal(kcore.text_vaddr, text);
	assert_int_equal(kcore.text_size, size);
	assert_int_equal(kcore.page_offset, page_offset);
}

static void assert_refused(const struct tree *tree, int code, const char *text)
{
	struct err err = ERR_INIT;
	struct kcore kcore;

	assert_int_equal(read_it(tree, &kcore, &err), code);
	assert_non_null(strstr(err.text, text));
}

static void test_kaslr(void **state)
{
	const struct tree *tree = *state;

	kcore_put(tree, kcore_kaslr, ARRAY_SIZE(kcore_kaslr));
	tree_text(tree, "/proc/kallsyms",
		  "0000000000000000 A fixed_percpu_data\n"
		  "ffffffffb3e00000 T not_stext\n"
		  "ffffffffb3e00000 T _stext\n");
	assert_kcore(tree, 0xffffffffb3e00000, 0x2830000, 0xff401a4bc0000000);
}

/* The symbols' addresses are hidden, or there are no symbols at all. */
static void test_kaslr_without_symbols(void **state)
{
	const struct tree *tree = *state;

	kcore_put(tree, kcore_kaslr, ARRAY_SIZE(kcore_kaslr));
	assert_kcore(tree, 0xffffffffb3e00000, 0x2830000, 0xff401a4bc0000000);
	tree_text(tree, "/proc/kallsyms", "0000000000000000 T _stext\n");
	assert_kcore(tree, 0xffffffffb3e00000, 0x2830000, 0xff401a4bc0000000);
}

/* Without KASLR modules begin where a randomised kernel may lie; they are not taken for it. */
static void test_modules_first(void **state)
{
	static const struct kcore_load loads[] = {
		{ 0xffffffffa0000000, NO_PADDR, 0x5f000000 },
		{ 0xffffffff81000000, 0x1000000, 0x2000123 },
		{ 0xffffc90000000000, NO_PADDR, 0x1fffffffffff },
		{ 0xffff888000001000, 0x1000, 0x9e000 },
	};
	const struct tree *tree = *state;

	kcore_put(tree, loads, ARRAY_SIZE(loads));
	assert_kcore(tree, 0xffffffff81000000, 0x2001000, 0xffff888000000000);
}

/* Linux 3.10: no physical addresses; the direct map's lowest range, rounded down, tells. */
static void test_old(void **state)
{
	static const struct kcore_load loads[] = {
		{ 0xffffffffff600000, 0, 0x1000 },         { 0xffffffff81000000, 0, 0x1e00000 },
		{ 0xffffc90000000000, 0, 0x1fffffffffff }, { 0xffffffffa0000000, 0, 0x5f000000 },
		{ 0xffff880000001000, 0, 0x9e000 },        { 0xffff880000100000, 0, 0xbfeda000 },
	};
	const struct tree *tree = *state;

	kcore_put(tree, loads, ARRAY_SIZE(loads));
	assert_kcore(tree, 0xffffffff81000000, 0x1e00000, 0xffff880000000000);
}

static void test_memory_from_zero(void **state)
{
	static const struct kcore_load loads[] = {
		{ 0xffffffff81000000, 0x1000000, 0x2000000 },
		{ 0xffff9d5fc0000000, 0, 0x9fc00 },
		{ 0xffff9d5fc0100000, 0x100000, 0x3ff00000 },
	};
	const struct tree *tree = *state;

	kcore_put(tree, loads, ARRAY_SIZE(loads));
	assert_kcore(tree, 0xffffffff81000000, 0x2000000, 0xffff9d5fc0000000);
}

/* No memory in the first GiB: rounding down would be wrong by it. */
static void test_memory_from_above(void **state)
{
	static const struct kcore_load loads[] = {
		{ 0xffffffff81000000, 0x41000000, 0x2000000 },
		{ 0xffff9d6000001000, 0x40001000, 0x3ffff000 },
	};
	const struct tree *tree = *state;

	kcore_put(tree, loads, ARRAY_SIZE(loads));
	assert_kcore(tree, 0xffffffff81000000, 0x2000000, 0xffff9d5fc0000000);
}

/* @count segments of memory, the lowest last; the kernel's own before them all. */
static struct kcore_load *many(size_t count)
{
	struct kcore_load *loads = calloc(count, sizeof(*loads));

	assert_non_null(loads);
	loads[0] = (struct kcore_load){ 0xffffffff81000000, 0x1000000, 0x2000000 };
	for (size_t i = 1; i < count; i++) {
		uint64_t paddr = (uint64_t)(count - i) << 21;

		loads[i] = (struct kcore_load){ 0xffff9d5fc0000000 + paddr, paddr, 1 << 20 };
	}
	return loads;
}

/*
 * Beyond 65535 headers the kernel's own count is short: it keeps the lowest 16 bits. The last
 * header counts, for it is the one that tells the direct map's start right.
 */
static void test_many(void **state)
{
	static const size_t counts[] = { 1169, 2000, 65533, 65534, 65535, 65536, 65537, 100000 };
	const struct tree *tree = *state;

	for (size_t i = 0; i < ARRAY_SIZE(counts); i++) {
		struct kcore_load *loads = many(counts[i]);

		loads[counts[i] - 1].vaddr = 0xffff888000001000;
		loads[counts[i] - 1].paddr = 0x1000;
		kcore_put(tree, loads, counts[i]);
		assert_kcore(tree, 0xffffffff81000000, 0x2000000, 0xffff888000000000);
		free(loads);
	}
}

/* The way that the ABI knows: PN_XNUM, and the count in the first section header's sh_info. */
static void test_extended_numbering(void **state)
{
	enum { COUNT = 100000 };
	const struct tree *tree = *state;
	struct kcore_load *loads = many(COUNT);
	size_t size, shoff;
	uint8_t *data;

	loads[COUNT - 1].vaddr = 0xffff888000001000;
	loads[COUNT - 1].paddr = 0x1000;
	data = kcore_make(loads, COUNT, &size);
	shoff = size;
	data = realloc(data, size + sizeof(Elf64_Shdr));
	assert_non_null(data);
	memset(data + shoff, 0, sizeof(Elf64_Shdr));
	put_le(data + shoff + offsetof(Elf64_Shdr, sh_info), 4, COUNT + 1);
	put_le(data + E_PHNUM, 2, PN_XNUM);
	put_le(data + E_SHOFF, 8, shoff);
	put_le(data + sizeof(Elf64_Ehdr) + offsetof(Elf64_Phdr, p_offset), 8, 0);
	tree_put(tree, "/proc/kcore", data, size + sizeof(Elf64_Shdr));
	assert_kcore(tree, 0xffffffff81000000, 0x2000000, 0xffff888000000000);
	/* One that is not there, and one that says more than anything could have. */
	tree_put(tree, "/proc/kcore", data, size);
	assert_refused(tree, -EBADMSG, "cut short");
	put_le(data + shoff + offsetof(Elf64_Shdr, sh_info), 4, UINT32_MAX);
	tree_put(tree, "/proc/kcore", data, size + sizeof(Elf64_Shdr));
	assert_refused(tree, -EFBIG, "says it has 4294967295 program headers");
	put_le(data + E_SHOFF, 8, UINT64_MAX - 8);
	tree_put(tree, "/proc/kcore", data, size + sizeof(Elf64_Shdr));
	assert_refused(tree, -EBADMSG, "cut short");
	free(data);
	free(loads);
}

/* Cut anywhere within its headers, it is refused; behind them, nothing is missed. */
static void test_cut(void **state)
{
	const struct tree *tree = *state;
	size_t size, headers = sizeof(Elf64_Ehdr) + 7 * sizeof(Elf64_Phdr);
	uint8_t *data = kcore_make(kcore_kaslr, ARRAY_SIZE(kcore_kaslr), &size);

	for (size_t cut = 0; cut < headers; cut += 13) {
		tree_put(tree, "/proc/kcore", data, cut);
		assert_refused(tree, -EBADMSG, "cut short");
	}
	tree_put(tree, "/proc/kcore", data, headers);
	assert_kcore(tree, 0xffffffffb3e00000, 0x2830000, 0xff401a4bc0000000);
	free(data);
}

/* Write @v over the @width bytes at @off of a good file: it must be refused. */
static void assert_lie(const struct tree *tree, size_t off, unsigned int width, uint64_t v,
		       int code, const char *text)
{
	size_t size;
	uint8_t *data = kcore_make(kcore_kaslr, ARRAY_SIZE(kcore_kaslr), &size);

	put_le(data + off, width, v);
	tree_put(tree, "/proc/kcore", data, size);
	assert_refused(tree, code, text);
	free(data);
}

static void test_lies(void **state)
{
	const struct tree *tree = *state;

	assert_lie(tree, 0, 1, 0, -EBADMSG, "not an ELF file");
	assert_lie(tree, EI_CLASS, 1, 3, -EBADMSG, "no known kind of ELF file (3, 1)");
	assert_lie(tree, EI_DATA, 1, 0, -EBADMSG, "no known kind of ELF file (2, 0)");
	assert_lie(tree, E_PHENTSIZE, 2, 0, -EBADMSG, "program headers have 0 bytes");
	assert_lie(tree, E_PHENTSIZE, 2, 32, -EBADMSG, "program headers have 32 bytes");
	assert_lie(tree, E_PHNUM, 2, 1000, -EBADMSG, "cut short");
	assert_lie(tree, E_PHNUM, 2, PN_XNUM, -EBADMSG, "cut short");
	assert_lie(tree, E_PHNUM, 2, 0, -EBADMSG, "no segment holds the kernel's text");
	assert_lie(tree, E_PHNUM, 2, 2, -EBADMSG, "no segment shows the memory");
	assert_lie(tree, E_PHOFF, 8, UINT64_MAX, -EBADMSG, "cut short");
	assert_lie(tree, E_PHOFF, 8, 1 << 20, -EBADMSG, "cut short");
	/* The kernel's segment, as large as can be. */
	assert_lie(tree, 64 + 56 + offsetof(Elf64_Phdr, p_memsz), 8, UINT64_MAX, -EBADMSG,
		   "no segment holds the kernel's text");
	tree_text(tree, "/proc/kallsyms", "ffffffffb3e00000 T _stext\n");
	assert_lie(tree, 64 + 56 + offsetof(Elf64_Phdr, p_memsz), 8, UINT64_MAX, -EBADMSG,
		   "absurd segment size");
}

/* An i686 kernel's, and a big-endian one: four bytes an address, the highest byte first. */
static void test_other_layouts(void **state)
{
	static const uint8_t i386[] = {
		0x7f,
		'E',
		'L',
		'F',
		1,
		1,
		1,
		[16] = 4,
		[18] = 3,
		[20] = 1,
		[28] = 52,
		[40] = 52,
		[42] = 32,
		[44] = 2,
		/* the kernel's: vaddr c1000000, paddr 1000000, size 1234000 */
		[52] = 1,
		[60] = 0,
		0,
		0,
		0xc1,
		0,
		0,
		0,
		1,
		[72] = 0,
		0x40,
		0x23,
		0x01,
		/* memory: vaddr c0001000, paddr 1000 */
		[84] = 1,
		[92] = 0,
		0x10,
		0,
		0xc0,
		0,
		0x10,
		0,
		0,
		[104] = 0,
		0xe0,
		9,
		0,
		[115] = 0,
	};
	static const uint8_t
		big[] = {
			0x7f,      'E',      'L',       'F',         1,           2,
			1,         [17] = 4, [19] = 20, [23] = 1,    [31] = 52,   [41] = 52,
			[43] = 32, [45] = 2, [55] = 1,  [60] = 0xc1, 0,           0,
			0,         1,        0,         0,           0,           [72] = 0x01,
			0x23,      0x40,     0,         [87] = 1,    [92] = 0xc0, 0,
			0x10,      0,        0,         0,           0x10,        0,
			[104] = 0, 9,        0xe0,      0,           [115] = 0,
		};
	const struct tree *tree = *state;
	struct kcore kcore;

	for (int i = 0; i < 2; i++) {
		tree_put(tree, "/proc/kcore", i ? big : i386, sizeof(i386));
		assert_int_equal(kcore_read(&tree->root, 0xc1000000, 0xc8000000, 1 << 30, &kcore,
					    NULL),
				 0);
		assert_int_equal(kcore.text_vaddr, 0xc1000000);
		assert_int_equal(kcore.text_size, 0x1234000);
		assert_int_equal(kcore.page_offset, 0xc0000000);
	}
}

static void test_refused(void **state)
{
	static const struct kcore_load no_text[] = { { 0xffff888000001000, 0x1000, 0x9e000 } };
	const struct tree *tree = *state;

	assert_refused(tree, -ENOENT, "cannot open /proc/kcore");
	tree_text(tree, "/proc/kcore",
		  "no ELF file, though it is as long as the header of one, or longer");
	assert_refused(tree, -EBADMSG, "not an ELF file");
	kcore_put(tree, no_text, 1);
	assert_refused(tree, -EBADMSG, "no segment holds the kernel's text");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_kaslr), TEST(test_kaslr_without_symbols), TEST(test_modules_first),
		TEST(test_old),   TEST(test_memory_from_zero),      TEST(test_memory_from_above),
		TEST(test_many),  TEST(test_extended_numbering),    TEST(test_cut),
		TEST(test_lies),  TEST(test_other_layouts),         TEST(test_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
