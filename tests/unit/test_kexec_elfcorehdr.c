/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The core header, read back through libelf, as the tools that open a vmcore do. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <gelf.h>
#include <string.h>

#include "kexec/elfcorehdr.h"

#define PAGE_OFFSET UINT64_C(0xff11000000000000) /* five levels */
#define TEXT        UINT64_C(0xffffffffb3e00000)

static struct note_area notes[] = {
	{ 0x7d639400, 368 },
	{ 0x17d739400, 368 },
	{ 0x3e0001234, 1024 },
};

static struct memory_range ranges[] = {
	{ 0x1000, 0x9fc00, MEMORY_RAM },
	{ 0x100000, 0x6d000000, MEMORY_RAM },
	{ 0x75000000, 0x7ffda000, MEMORY_RAM },
	{ 0x100000000, 0x10000000000, MEMORY_RAM },
};

static void fill(struct machine *m)
{
	*m = (struct machine){
		.arch = arch_find("x86_64"),
		.dump = { ranges, ARRAY_SIZE(ranges), ARRAY_SIZE(ranges) },
		.kcore = { TEXT, 0x2830000, PAGE_OFFSET },
		.kernel_paddr = 0x75800000,
		.cpu_notes = notes,
		.cpu_count = ARRAY_SIZE(notes),
		.vmcoreinfo = { 0x78024000, 0x1024 },
	};
}

/* The header in a block of just its size; the caller frees. */
static uint8_t *build(const struct machine *m, const struct plan_backup *backup, size_t *size)
{
	_cleanup_(memory_map_done) struct memory_map named = { NULL };
	uint8_t *out;

	assert_int_equal(elfcorehdr_ranges(m, &named, NULL), 0);
	*size = elfcorehdr_size(m, &named);
	out = calloc(1, *size);
	assert_non_null(out);
	elfcorehdr_build(m, &named, backup, out);
	return out;
}

static void assert_phdr(Elf *elf, int i, uint32_t type, uint64_t offset, uint64_t vaddr,
			uint64_t paddr, uint64_t size)
{
	GElf_Phdr ph;

	assert_non_null(gelf_getphdr(elf, i, &ph));
	assert_int_equal(ph.p_type, type);
	assert_int_equal(ph.p_flags, type == PT_LOAD ? PF_R | PF_W | PF_X : 0);
	assert_int_equal(ph.p_offset, offset);
	assert_int_equal(ph.p_vaddr, vaddr);
	assert_int_equal(ph.p_paddr, paddr);
	assert_int_equal(ph.p_filesz, size);
	assert_int_equal(ph.p_memsz, size);
	assert_int_equal(ph.p_align, 0);
}

static void test_contents(_unused_ void **state)
{
	const struct plan_backup backup = { .from = 0x1000, .to = 0x74f60000, .size = 0x9ec00 };
	_cleanup_free_ uint8_t *out = NULL;
	struct machine m;
	GElf_Ehdr eh;
	size_t size;
	Elf *elf;

	fill(&m);
	out = build(&m, &backup, &size);
	assert_int_equal(size, 64 + 9 * 56);
	assert_int_not_equal(elf_version(EV_CURRENT), EV_NONE);
	elf = elf_memory((char *)out, size);
	assert_non_null(elf);
	assert_non_null(gelf_getehdr(elf, &eh));
	assert_int_equal(eh.e_ident[EI_CLASS], ELFCLASS64);
	assert_int_equal(eh.e_ident[EI_DATA], ELFDATA2LSB);
	assert_int_equal(eh.e_ident[EI_VERSION], EV_CURRENT);
	assert_int_equal(eh.e_type, ET_CORE);
	assert_int_equal(eh.e_machine, EM_X86_64);
	assert_int_equal(eh.e_version, EV_CURRENT);
	assert_int_equal(eh.e_phoff, 64);
	assert_int_equal(eh.e_ehsize, 64);
	assert_int_equal(eh.e_phentsize, 56);
	assert_int_equal(eh.e_phnum, 9);
	assert_int_equal(eh.e_shnum, 0);
	assert_phdr(elf, 0, PT_NOTE, 0x7d639400, 0, 0x7d639400, 368);
	assert_phdr(elf, 1, PT_NOTE, 0x17d739400, 0, 0x17d739400, 368);
	assert_phdr(elf, 2, PT_NOTE, 0x3e0001234, 0, 0x3e0001234, 1024);
	assert_phdr(elf, 3, PT_NOTE, 0x78024000, 0, 0x78024000, 0x1024);
	assert_phdr(elf, 4, PT_LOAD, 0x75800000, TEXT, 0x75800000, 0x2830000);
	/* The low memory is found where purgatory saves it; the rest where it is. */
	assert_phdr(elf, 5, PT_LOAD, 0x74f60000, PAGE_OFFSET + 0x1000, 0x1000, 0x9ec00);
	assert_phdr(elf, 6, PT_LOAD, 0x100000, PAGE_OFFSET + 0x100000, 0x100000, 0x6cf00000);
	assert_phdr(elf, 7, PT_LOAD, 0x75000000, PAGE_OFFSET + 0x75000000, 0x75000000, 0xafda000);
	assert_phdr(elf, 8, PT_LOAD, 0x100000000, PAGE_OFFSET + 0x100000000, 0x100000000,
		    0xff00000000);
	elf_end(elf);
}

/* Low memory that begins at address 0 is redirected too; without a backup, nothing is. */
static void test_backup(_unused_ void **state)
{
	const struct plan_backup some = { .from = 0, .to = 0x74f60000, .size = 0x9fc00 };
	const struct plan_backup none = { .size = 0 };
	const uint64_t offsets[] = { some.to, 0 };
	struct machine m;

	fill(&m);
	ranges[0].start = 0;
	for (int i = 0; i < 2; i++) {
		size_t size;
		_cleanup_free_ uint8_t *out = build(&m, i == 0 ? &some : &none, &size);
		Elf *elf = elf_memory((char *)out, size);

		assert_phdr(elf, 5, PT_LOAD, offsets[i], PAGE_OFFSET, 0, 0x9fc00);
		assert_phdr(elf, 6, PT_LOAD, 0x100000, PAGE_OFFSET + 0x100000, 0x100000,
			    0x6cf00000);
		elf_end(elf);
	}
	ranges[0].start = 0x1000;
}

/* Several ranges of low memory lie in one backup as they lie in memory. */
static void test_backup_of_pieces(_unused_ void **state)
{
	static struct memory_range low[] = {
		{ 0x1000, 0x57c00, MEMORY_RAM },
		{ 0x59000, 0x9f000, MEMORY_RAM },
		{ 0x100000, 0x6d000000, MEMORY_RAM },
	};
	const struct plan_backup backup = { .from = 0x1000, .to = 0x74f60000, .size = 0x9e000 };
	_cleanup_free_ uint8_t *out = NULL;
	struct machine m;
	size_t size;
	Elf *elf;

	fill(&m);
	m.dump = (struct memory_map){ low, ARRAY_SIZE(low), ARRAY_SIZE(low) };
	out = build(&m, &backup, &size);
	elf = elf_memory((char *)out, size);
	assert_phdr(elf, 5, PT_LOAD, 0x74f60000, PAGE_OFFSET + 0x1000, 0x1000, 0x56c00);
	assert_phdr(elf, 6, PT_LOAD, 0x74fb8000, PAGE_OFFSET + 0x59000, 0x59000, 0x46000);
	assert_phdr(elf, 7, PT_LOAD, 0x100000, PAGE_OFFSET + 0x100000, 0x100000, 0x6cf00000);
	elf_end(elf);
}

/* @count ranges of a page, 16 MiB and a page apart: too far to be joined. */
static struct memory_range *far_apart(size_t count)
{
	struct memory_range *many = calloc(count, sizeof(*many));

	assert_non_null(many);
	for (uint64_t i = 0; i < count; i++)
		many[i] = (struct memory_range){ (i + 1) * 0x1002000, (i + 1) * 0x1002000 + 0x1000,
						 MEMORY_RAM };
	return many;
}

static int try_ranges(const struct machine *m, size_t *count, struct err *err)
{
	_cleanup_(memory_map_done) struct memory_map named = { NULL };
	int r = elfcorehdr_ranges(m, &named, err);

	*count = named.count;
	return r;
}

/* e_phnum has 16 bits, and its highest value means something else to all but the kernel. */
static void test_most_headers(_unused_ void **state)
{
	enum { MOST = 65534 - 2 - 3 };
	_cleanup_free_ struct memory_range *many = far_apart(MOST + 1);
	struct err err = ERR_INIT;
	struct machine m;
	size_t count;

	fill(&m);
	m.dump = (struct memory_map){ many, MOST, MOST };
	assert_int_equal(try_ranges(&m, &count, &err), 0);
	assert_int_equal(count, MOST);
	m.dump = (struct memory_map){ many, MOST + 1, MOST + 1 };
	assert_int_equal(try_ranges(&m, &count, &err), -E2BIG);
	assert_non_null(strstr(err.text, "3 CPUs and 65530 ranges"));
	assert_non_null(strstr(err.text, "too few of them can be joined (0)"));
	/* One hole that may be closed is enough: of all, the one that is short. */
	many[4000].start = many[3999].end + 0x2000;
	assert_int_equal(try_ranges(&m, &count, &err), 0);
	assert_int_equal(count, MOST);
	m.cpu_count = 65532;
	assert_int_equal(try_ranges(&m, &count, &err), -E2BIG);
	assert_non_null(strstr(err.text, "65532 CPUs are more"));
}

/* Machine @m with @dump, of which iomem tells @text; one range too many. */
static void assert_hole(const char *text, int code)
{
	enum { COUNT = 65530 };
	_cleanup_free_ struct memory_range *many = far_apart(COUNT);
	char *copy = strdup(text);
	struct machine m;
	size_t count;

	assert_non_null(copy);
	fill(&m);
	many[0] = (struct memory_range){ 0x10000000, 0x10001000, MEMORY_RAM };
	many[1] = (struct memory_range){ 0x10005000, 0x10006000, MEMORY_RAM };
	for (size_t i = 2; i < COUNT; i++)
		many[i].start += 0x100000000, many[i].end += 0x100000000;
	m.dump = (struct memory_map){ many, COUNT, COUNT };
	assert_int_equal(iomem_parse(copy, &m.iomem, NULL), 0);
	assert_int_equal(try_ranges(&m, &count, NULL), code);
	if (code == 0)
		assert_int_equal(count, COUNT - 1);
	iomem_done(&m.iomem);
}

/* Holes are closed over what the firmware keeps, never over a device or a capture kernel. */
static void test_holes(_unused_ void **state)
{
	assert_hole("", 0);
	assert_hole("10000000-10000fff : System RAM\n10001000-10004fff : Reserved\n"
		    "10005000-10005fff : System RAM\n",
		    0);
	assert_hole("10000000-10000fff : System RAM\n10001000-10001fff : reserved\n"
		    "10002000-10002fff : ACPI Tables\n"
		    "10003000-10003fff : ACPI Non-volatile Storage\n"
		    "10004000-10004fff : RAM buffer\n10005000-10005fff : System RAM\n"
		    "10006000-10006fff : PCI Bus 0000:00\n",
		    0);
	assert_hole("10001000-10001fff : PCI Bus 0000:00\n", -E2BIG);
	assert_hole("10001000-10001fff : Unusable memory\n", -E2BIG);
	assert_hole("10004000-10004fff : GART\n", -E2BIG);
	assert_hole("10000000-10005fff : System RAM\n  10001000-10004fff : Crash kernel\n", -E2BIG);
	assert_hole("10000000-20000000 : virtio1\n  10000000-10000fff : System RAM (virtio_mem)\n"
		    "  10005000-10005fff : System RAM (virtio_mem)\n",
		    -E2BIG);
}

/* Below 1 MiB nothing is joined: adapters have their memory there, named or not. */
static void test_not_below_1m(_unused_ void **state)
{
	enum { COUNT = 65530 };
	_cleanup_free_ struct memory_range *many = far_apart(COUNT);
	struct machine m;
	size_t count;

	fill(&m);
	many[0] = (struct memory_range){ 0x1000, 0xa0000, MEMORY_RAM };
	many[1] = (struct memory_range){ 0x100000, 0x200000, MEMORY_RAM };
	m.dump = (struct memory_map){ many, COUNT, COUNT };
	assert_int_equal(try_ranges(&m, &count, NULL), -E2BIG);
	many[1] = (struct memory_range){ 0x9f000, 0xa0000, MEMORY_RAM }; /* saved elsewhere */
	many[0].end = 0x9e000;
	assert_int_equal(try_ranges(&m, &count, NULL), -E2BIG);
}

/* A hundred thousand ranges, hole after hole a page longer: the shortest are closed. */
static void test_joined(_unused_ void **state)
{
	enum { COUNT = 100000, MOST = 65534 - 2 - 3, HOLES = COUNT - MOST };
	_cleanup_(memory_map_done) struct memory_map named = { NULL };
	_cleanup_free_ struct memory_range *many = calloc(COUNT, sizeof(*many));
	_cleanup_free_ uint8_t *out = NULL;
	uint64_t at = 0x100000, total = 0;
	struct machine m;
	GElf_Ehdr eh;
	size_t size;
	Elf *elf;

	assert_non_null(many);
	for (uint64_t i = 0; i < COUNT; i++) {
		many[i] = (struct memory_range){ at, at + 0x2000, MEMORY_RAM };
		/* Holes shrink towards the top, in steps of 16 ranges. */
		at += 0x2000 + (COUNT / 16 - i / 16) * 0x10;
	}
	fill(&m);
	m.dump = (struct memory_map){ many, COUNT, COUNT };
	assert_int_equal(elfcorehdr_ranges(&m, &named, NULL), 0);
	assert_int_equal(named.count, MOST);
	for (size_t i = 0; i < named.count; i++) {
		total += named.ranges[i].end - named.ranges[i].start;
		/* All of the lower ones, whose holes are the longer, are as they were. */
		if (i < MOST - 32)
			assert_int_equal(named.ranges[i].end, many[i].end);
	}
	assert_true(total > (uint64_t)COUNT * 0x2000);
	assert_int_equal(named.ranges[MOST - 1].end, many[COUNT - 1].end);
	out = build(&m, &(struct plan_backup){ .size = 0 }, &size);
	elf = elf_memory((char *)out, size);
	assert_non_null(gelf_getehdr(elf, &eh));
	assert_int_equal(eh.e_phnum, 65534);
	elf_end(elf);
}

static void test_many_ranges(_unused_ void **state)
{
	enum { COUNT = 60000 };
	_cleanup_free_ struct memory_range *many = calloc(COUNT, sizeof(*many));
	_cleanup_free_ uint8_t *out = NULL;
	struct machine m;
	size_t size;
	Elf *elf;

	assert_non_null(many);
	for (uint64_t i = 0; i < COUNT; i++)
		many[i] = (struct memory_range){ i << 24, (i << 24) + 0x1000, MEMORY_RAM };
	fill(&m);
	m.dump = (struct memory_map){ many, COUNT, COUNT };
	out = build(&m, &(struct plan_backup){ .size = 0 }, &size);
	elf = elf_memory((char *)out, size);
	for (int i = 0; i < COUNT; i++)
		assert_phdr(elf, 5 + i, PT_LOAD, many[i].start, PAGE_OFFSET + many[i].start,
			    many[i].start, 0x1000);
	elf_end(elf);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_contents),
		cmocka_unit_test(test_backup),
		cmocka_unit_test(test_backup_of_pieces),
		cmocka_unit_test(test_most_headers),
		cmocka_unit_test(test_holes),
		cmocka_unit_test(test_not_below_1m),
		cmocka_unit_test(test_joined),
		cmocka_unit_test(test_many_ranges),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
