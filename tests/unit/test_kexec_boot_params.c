/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The zero page, decoded the way a kernel reads it: Documentation/arch/x86/zero-page.rst and
 * boot.rst. Offsets are written out here, not taken from the code under test.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>

#include "kexec/boot_params.h"
#include "tests/unit/kexec_kernel.h"

enum { SETUP_E820_EXT = 1, SETUP_EFI = 4, SETUP_RNG_SEED = 9 };

/* All that goes in, and what comes out. */
struct fixture {
	uint8_t kernel[KERNEL_SIZE];
	uint8_t running[4096]; /* boot_params of the running kernel */
	struct machine machine;
	struct crash crash;
	struct request request;
	struct load_input input;
	uint64_t initrd_at;
	struct plan plan;
	struct bytes content;
	uint64_t address;
};

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	assert_non_null(f);
	kernel_make(f->kernel);
	f->input = (struct load_input){
		.kernel = { f->kernel, sizeof(f->kernel) },
		.cmdline = "root=/dev/sda1 quiet",
		.request = &f->request,
		.machine = &f->machine,
	};
	for (unsigned int i = 0; i < LOAD_SEED_SIZE; i++)
		f->input.seed[i] = (uint8_t)(200 + i);
	for (unsigned int i = 0; i < sizeof(f->running); i++)
		f->running[i] = (uint8_t)(i * 5 + 3);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	plan_done(&f->plan);
	memory_map_done(&f->machine.firmware.memory);
	memory_map_done(&f->crash.memory);
	free(f->machine.firmware.efi.map);
	free(f);
	return 0;
}

static void add(struct memory_map *map, uint64_t start, uint64_t end, enum memory_type type)
{
	assert_int_equal(memory_map_add(map, start, end, type, NULL), 0);
}

/* Plan with the room [@start, @end), and find the one segment there is. */
static void build(struct fixture *f, uint64_t start, uint64_t end)
{
	struct memory_map room = { NULL };
	struct bzimage bz;

	add(&room, start, end, MEMORY_RAM);
	plan_done(&f->plan);
	plan_init(&f->plan, &room);
	assert_int_equal(bzimage_parse(f->input.kernel, &bz, NULL), 0);
	assert_int_equal(boot_params_plan(&f->input, &bz, f->initrd_at, &f->plan, NULL), 0);
	assert_int_equal(f->plan.count, 1);
	assert_int_equal(plan_check(&f->plan, NULL), 0);
	f->content = f->plan.segments[0].content;
	f->address = f->plan.segments[0].start;
	assert_int_equal(f->plan.kernel.si, f->address);
	assert_true(f->content.size >= 4096);
}

static uint64_t field(const struct fixture *f, uint64_t offset, unsigned int width)
{
	uint64_t v;

	assert_true(bytes_uint(f->content, offset, width, false, &v));
	return v;
}

/* A 64-bit value kept in two halves. */
static uint64_t halves(const struct fixture *f, uint64_t low, uint64_t high)
{
	return field(f, low, 4) | field(f, high, 4) << 32;
}

/* The data of the list's node of @type; its length must be @len, and it must be there once. */
static struct bytes setup_data(const struct fixture *f, uint32_t type, size_t len)
{
	struct bytes found = { NULL };

	for (uint64_t at = field(f, 0x250, 8), n = 0; at; at = field(f, at - f->address, 8), n++) {
		uint64_t offset = at - f->address;

		assert_true(n < 10); /* a list that ends */
		assert_true(at % 8 == 0);
		assert_true(offset >= 4096 + strlen(f->input.cmdline) + 1);
		assert_true(range_within(offset, 16 + field(f, offset + 12, 4), f->content.size));
		if (field(f, offset + 8, 4) != type)
			continue;
		assert_null(found.data);
		assert_int_equal(field(f, offset + 12, 4), len);
		found = (struct bytes){ f->content.data + offset + 16, len };
	}
	return found;
}

static size_t setup_data_count(const struct fixture *f)
{
	size_t n = 0;

	for (uint64_t at = field(f, 0x250, 8); at; at = field(f, at - f->address, 8))
		n++;
	return n;
}

static void test_header(void **state)
{
	struct fixture *f = *state;

	add(&f->machine.firmware.memory, 0, 0x1000000, MEMORY_RAM);
	build(f, 0x1000, 0x100000);
	assert_int_equal(field(f, 0x210, 1), 0xd0); /* loaded by kexec */
	assert_int_equal(field(f, 0x211, 1), 1);    /* loaded high, no heap */
	assert_int_equal(field(f, 0x1f2, 2), 0xffff);
	assert_int_equal(field(f, 0x1fc, 2), 0x0300);
	assert_int_equal(field(f, 0x1ef, 1), 0); /* the sentinel: else much is wiped */
	/* As they are in the file. */
	assert_int_equal(field(f, 0x1f1, 1), 4);
	assert_int_equal(field(f, 0x1fe, 2), 0xaa55);
	assert_int_equal(field(f, 0x202, 4), 0x53726448);
	assert_int_equal(field(f, 0x206, 2), 0x20f);
	assert_int_equal(field(f, 0x230, 4), KERNEL_ALIGNMENT);
	assert_int_equal(field(f, 0x258, 8), KERNEL_PREF_ADDRESS);
	assert_int_equal(field(f, 0x268, 4), 0xabcdef);
	for (uint64_t at = 0x26c; at < 0x2d0; at++)
		assert_int_equal(field(f, at, 1), 0);
	/* The command line's place as protocols before 2.02 had it. */
	assert_int_equal(field(f, 0x20, 2), 0xa33f);
	assert_int_equal(f->address + field(f, 0x22, 2), halves(f, 0x228, 0xc8));
	/* No initrd, no ACPI pointer, no EFI. */
	assert_int_equal(halves(f, 0x218, 0xc0), 0);
	assert_int_equal(halves(f, 0x21c, 0xc4), 0);
	assert_int_equal(field(f, 0x70, 8), 0);
	for (uint64_t at = 0x1c0; at < 0x1e0; at++)
		assert_int_equal(field(f, at, 1), 0);
	assert_true(f->address >= 0x3000);
}

static void test_longest_header_stops_before_other_fields(void **state)
{
	struct fixture *f = *state;

	f->kernel[0x201] = 0xff;
	memset(f->kernel + 0x26c, 0xee, 0x400 - 0x26c);
	add(&f->machine.firmware.memory, 0, 0x1000000, MEMORY_RAM);
	build(f, 0x1000, 0x100000);
	assert_int_equal(field(f, 0x28f, 1), 0xee);
	for (uint64_t at = 0x290; at < 0x2d0; at++)
		assert_int_equal(field(f, at, 1), 0);
	assert_int_equal(field(f, 0x2d0, 8), 0);
	assert_int_equal(field(f, 0x2d8, 8), 0x1000000);
}

static void test_pointers_above_4g(void **state)
{
	struct fixture *f = *state;
	uint64_t cmdline;

	f->input.initrd.size = 0x123456789;
	f->initrd_at = 0x9876543000;
	f->machine.firmware.acpi_rsdp = 0xfedcba9876;
	build(f, 0x4500000000, 0x4500100000);
	cmdline = halves(f, 0x228, 0xc8);
	assert_true(cmdline > 0x4500000000);
	assert_int_equal(halves(f, 0x218, 0xc0), 0x9876543000);
	assert_int_equal(halves(f, 0x21c, 0xc4), 0x123456789);
	assert_int_equal(field(f, 0x70, 8), 0xfedcba9876);
	assert_true(bytes_has(f->content, cmdline - f->address, "root=/dev/sda1 quiet",
			      sizeof("root=/dev/sda1 quiet")));
}

static void test_long_command_line(void **state)
{
	struct fixture *f = *state;
	char line[KERNEL_CMDLINE_MAX + 1];

	memset(line, 'x', KERNEL_CMDLINE_MAX);
	line[KERNEL_CMDLINE_MAX] = '\0';
	f->input.cmdline = line;
	build(f, 0, 0x100000);
	assert_true(bytes_has(f->content, halves(f, 0x228, 0xc8) - f->address, line, sizeof(line)));
	assert_non_null(setup_data(f, SETUP_RNG_SEED, 32).data);
	f->input.cmdline = "";
	build(f, 0, 0x100000);
	assert_int_equal(field(f, halves(f, 0x228, 0xc8) - f->address, 1), 0);
}

/* Purgatory writes the way back behind the command line, where nothing else may be. */
static void test_way_back(void **state)
{
	struct fixture *f = *state;
	uint64_t text;

	build(f, 0, 0x100000);
	assert_int_equal(f->plan.return_text, 0);
	f->request.given = OPTION_BIT(OPTION_PRESERVE_CONTEXT);
	build(f, 0, 0x100000);
	text = f->plan.return_text - f->address;
	assert_int_equal(text, 4096 + strlen(f->input.cmdline));
	for (unsigned int i = 0; i < 64; i++)
		assert_int_equal(field(f, text + i, 1), 0);
	assert_true(field(f, 0x250, 8) - f->address >= text + 64);
	assert_memory_equal(setup_data(f, SETUP_RNG_SEED, 32).data, f->input.seed, 32);
}

static void test_screen(void **state)
{
	struct fixture *f = *state;

	build(f, 0, 0x100000);
	assert_int_equal(field(f, 0x06, 1), 3);
	assert_int_equal(field(f, 0x07, 1), 80);
	assert_int_equal(field(f, 0x0e, 1), 25);
	assert_int_equal(field(f, 0x0f, 1), 1);
	assert_int_equal(field(f, 0x10, 2), 16);
	f->machine.firmware.boot_params = f->running;
	build(f, 0, 0x100000);
	assert_memory_equal(f->content.data + 4, f->running + 4, 0x20 - 4);
	assert_memory_equal(f->content.data + 0x24, f->running + 0x24, 0x40 - 0x24);
	assert_int_equal(field(f, 0x02, 2), 0); /* the size of memory, and there is none */
	assert_int_equal(field(f, 0x40, 8), 0); /* nothing more of the running page */
	assert_int_equal(halves(f, 0x228, 0xc8), f->address + 4096);
	/* The hardware's own driver shows something else, unless the user knows better. */
	f->machine.screen.native = true;
	build(f, 0, 0x100000);
	assert_int_equal(field(f, 0x0f, 1), 0);
	assert_int_equal(field(f, 0x18, 8), 0);
	f->request.given = OPTION_BIT(OPTION_REUSE_VIDEO_TYPE);
	build(f, 0, 0x100000);
	assert_memory_equal(f->content.data + 4, f->running + 4, 0x20 - 4);
	f->request.given = OPTION_BIT(OPTION_RESET_VGA);
	build(f, 0, 0x100000);
	assert_int_equal(field(f, 0x07, 1), 80);
	assert_int_equal(field(f, 0x0f, 1), 1);
	assert_int_equal(field(f, 0x18, 8), 0);
}

/* What is the machine's, not the kernel's: subarchitecture, Secure Boot, the BIOS's disks. */
static void test_machine(void **state)
{
	struct fixture *f = *state;
	struct edd *edd = &f->machine.firmware.edd;

	build(f, 0, 0x100000);
	assert_int_equal(field(f, 0x1ec, 1), 0);
	assert_int_equal(field(f, 0x23c, 4), 0);
	f->machine.firmware.boot_params = f->running;
	edd->disk_count = 2;
	edd->signature_count = 3;
	edd->signatures[2] = 0xcafebabe;
	memset(edd->disks[1], 0x77, sizeof(edd->disks[1]));
	build(f, 0, 0x100000);
	assert_memory_equal(f->content.data + 0x1ec, f->running + 0x1ec, 1);
	assert_memory_equal(f->content.data + 0x23c, f->running + 0x23c, 12);
	assert_int_equal(field(f, 0x230, 4), KERNEL_ALIGNMENT); /* the file's, not the machine's */
	assert_int_equal(field(f, 0x248, 4), 0);
	assert_int_equal(field(f, 0x1e9, 1), 2);
	assert_int_equal(field(f, 0x1ea, 1), 3);
	assert_int_equal(field(f, 0x298, 4), 0xcafebabe);
	assert_int_equal(field(f, 0xd00 + 82, 8), 0x7777777777777777);
	assert_int_equal(field(f, 0xd00 + 2 * 82, 8), 0);
}

/* As int 15h told it: from 1 MiB to the end of the range that goes on there. */
static void test_memory_size(void **state)
{
	static const struct {
		uint64_t start, end;
		uint64_t small, large;
	} sizes[] = {
		{ 0, 0x100000, 0, 0 },
		{ 0x100000, 0x100400, 1, 1 },
		{ 0x80000, 0x500000, 0x1000, 0x1000 },
		{ 0x100000, 0x4000000, 0xfc00, 0xfc00 },
		{ 0x100000, 0x80000000, 0xfc00, 0x1ffc00 },
		{ 0x100000, UINT64_C(1) << 43, 0xfc00, UINT32_MAX },
		{ 0x100001, 0x80000000, 0, 0 },
	};
	struct fixture *f = *state;
	struct memory_map *map = &f->machine.firmware.memory;

	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
		memory_map_done(map);
		add(map, sizes[i].start, sizes[i].end, MEMORY_RAM);
		add(map, UINT64_C(1) << 44, UINT64_C(1) << 45, MEMORY_RAM);
		build(f, 0, 0x100000);
		assert_int_equal(field(f, 0x02, 2), sizes[i].small);
		assert_int_equal(field(f, 0x1e0, 4), sizes[i].large);
	}
	memory_map_done(map);
	add(map, 0x100000, 0x80000000, MEMORY_RESERVED);
	build(f, 0, 0x100000);
	assert_int_equal(field(f, 0x1e0, 4), 0);
}

/* Blocks of the running kernel's boot loader; a capture kernel gets the small ones only. */
static void test_blocks(void **state)
{
	static uint8_t blob[] = "0123456789abcdef!", rom[70001];
	struct setup_data items[] = {
		{ .type = 7, .data = blob, .size = 17, .small = true },
		{ .type = 3, .data = rom, .size = sizeof(rom) },
	};
	struct fixture *f = *state;

	rom[70000] = 0x99;
	f->machine.firmware.setup_data = (struct setup_data_list){ items, 2, 2 };
	build(f, 0, 0x100000);
	assert_int_equal(setup_data_count(f), 3);
	assert_memory_equal(setup_data(f, 7, 17).data, blob, 17);
	assert_int_equal(setup_data(f, 3, sizeof(rom)).data[70000], 0x99);
	assert_memory_equal(setup_data(f, SETUP_RNG_SEED, 32).data, f->input.seed, 32);
	f->input.crash = &f->crash;
	build(f, 0, 0x100000);
	assert_int_equal(setup_data_count(f), 2);
	assert_memory_equal(setup_data(f, 7, 17).data, blob, 17);
	assert_true(f->content.size < 0x2000);
}

static void test_seed(void **state)
{
	struct fixture *f = *state;
	struct bytes seed;

	build(f, 0, 0x100000);
	assert_int_equal(setup_data_count(f), 1);
	seed = setup_data(f, SETUP_RNG_SEED, 32);
	assert_non_null(seed.data);
	assert_memory_equal(seed.data, f->input.seed, 32);
}

/* Entry @i of the e820 map, in the page or behind it in setup_data. */
static void assert_e820(const struct fixture *f, size_t i, size_t count, uint64_t start,
			uint64_t size, uint32_t type)
{
	struct bytes entry = { f->content.data + 0x2d0 + i * 20, 20 };
	uint64_t got_start, got_size;
	uint32_t got_type;

	if (i >= 128)
		entry.data =
			setup_data(f, SETUP_E820_EXT, (count - 128) * 20).data + (i - 128) * 20;
	assert_true(bytes_le64(entry, 0, &got_start));
	assert_true(bytes_le64(entry, 8, &got_size));
	assert_true(bytes_le32(entry, 16, &got_type));
	assert_int_equal(got_start, start);
	assert_int_equal(got_size, size);
	assert_int_equal(got_type, type);
}

static void test_memory_types(void **state)
{
	static const struct {
		enum memory_type type;
		uint32_t e820;
	} types[] = {
		{ MEMORY_RAM, 1 },
		{ MEMORY_RESERVED, 2 },
		{ MEMORY_ACPI, 3 },
		{ MEMORY_NVS, 4 },
		{ MEMORY_PMEM, 7 },
		{ MEMORY_PRAM, 12 },
		{ MEMORY_SOFT_RESERVED, 0xefffffff },
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_SIZE(types); i++)
		add(&f->machine.firmware.memory, i << 40, (i << 40) + 0x1001 * (i + 1),
		    types[i].type);
	build(f, 0, 0x100000);
	assert_int_equal(field(f, 0x1e8, 1), ARRAY_SIZE(types));
	for (size_t i = 0; i < ARRAY_SIZE(types); i++)
		assert_e820(f, i, ARRAY_SIZE(types), i << 40, 0x1001 * (i + 1), types[i].e820);
	assert_int_equal(field(f, 0x2d0 + 20 * ARRAY_SIZE(types) + 8, 8), 0);
	assert_int_equal(setup_data_count(f), 1);
}

/* 128 entries fit into the page; the 129th and what follows go to setup_data. */
static void test_many_ranges(void **state)
{
	static const size_t counts[] = { 127, 128, 129, 300, 3200 };
	struct fixture *f = *state;
	struct memory_map *map = &f->machine.firmware.memory;

	for (size_t c = 0; c < ARRAY_SIZE(counts); c++) {
		size_t count = counts[c];

		memory_map_done(map);
		for (size_t i = 0; i < count; i++)
			add(map, (i + 1) << 20, ((i + 1) << 20) + 0x1000, MEMORY_RAM);
		build(f, 0, 0x100000);
		assert_int_equal(field(f, 0x1e8, 1), count < 128 ? count : 128);
		assert_int_equal(setup_data_count(f), count > 128 ? 2 : 1);
		for (size_t i = 0; i < count; i++)
			assert_e820(f, i, count, (i + 1) << 20, 0x1000, 1);
		assert_int_equal(field(f, 0x2d0 + 128 * 20, 8), 0);
		assert_memory_equal(setup_data(f, SETUP_RNG_SEED, 32).data, f->input.seed, 32);
	}
}

/*
 * No kernel takes more than 3200 entries, most take 320: of a hundred thousand, the ones that
 * it cannot do without come first.
 */
static void test_most_important_first(void **state)
{
	enum { COUNT = 100000, MOST = 3200 };
	struct fixture *f = *state;
	struct memory_map *map = &f->machine.firmware.memory;
	uint64_t at = 0x40000000;

	add(map, 0x1000, 0x9fc00, MEMORY_RAM);
	add(map, 0x9fc00, 0xa0000, MEMORY_RESERVED);
	add(map, 0x100000, 0x140000, MEMORY_RAM); /* smaller than the other RAM */
	for (uint64_t i = 0; i < COUNT; i++, at += 0x200000)
		add(map, at, at + 0x80000 + i % 1000, i % 2 ? MEMORY_RESERVED : MEMORY_RAM);
	add(map, at, at + 0x1000, MEMORY_NVS);
	add(map, at + 0x2000, at + 0x2800, MEMORY_SOFT_RESERVED);
	add(map, at + 0x1000000, at + 0x1001000, MEMORY_RAM);
	f->input.cmdline = "";
	build(f, 0x100000, 0x140000);
	assert_int_equal(field(f, 0x1e8, 1), 128);
	assert_e820(f, 0, MOST, 0x1000, 0x9ec00, 1);
	assert_e820(f, 1, MOST, 0x100000, 0x40000, 1); /* where this segment lies */
	assert_e820(f, 2, MOST, at, 0x1000, 4);
	assert_e820(f, 3, MOST, at + 0x2000, 0x800, 0xefffffff);
	for (uint64_t i = 4; i < MOST; i++) {
		/* 100 ranges of each size, reserved ones where the size is odd */
		uint64_t size = 999 - (i - 4) / 100, nth = (i - 4) % 100;

		assert_e820(f, i, MOST, 0x40000000 + (nth * 1000 + size) * 0x200000, 0x80000 + size,
			    size % 2 ? 2 : 1);
	}
	assert_int_equal(setup_data_count(f), 2);
}

/* A capture kernel is told of its own memory, not of the machine's. */
static void test_crash_memory(void **state)
{
	struct fixture *f = *state;

	add(&f->machine.firmware.memory, 0, 0x80000000, MEMORY_RAM);
	add(&f->crash.memory, 0x1000, 0x9f000, MEMORY_RAM);
	add(&f->crash.memory, 0x30000000, 0x38000000, MEMORY_RAM);
	f->input.crash = &f->crash;
	build(f, 0x30000000, 0x38000000);
	assert_int_equal(field(f, 0x1e8, 1), 2);
	assert_e820(f, 0, 2, 0x1000, 0x9e000, 1);
	assert_e820(f, 1, 2, 0x30000000, 0x8000000, 1);
}

static void fill_efi(struct fixture *f, size_t count)
{
	struct efi_facts *efi = &f->machine.firmware.efi;

	f->machine.firmware.boot_params = f->running;
	f->machine.firmware.has_efi = true;
	f->input.efi = true;
	efi->fw_vendor = 0x1111111111;
	efi->runtime = 0x2222222222;
	efi->config_table = 0x3333333333;
	efi->smbios = 0x4444444444;
	efi->map = calloc(count, sizeof(*efi->map));
	assert_non_null(efi->map);
	efi->map_count = count;
	for (size_t i = 0; i < count; i++)
		efi->map[i] = (struct efi_descriptor){
			.type = (uint32_t)(5 + i % 2),
			.phys_addr = 0x7f000000 + (i << 12),
			.virt_addr = 0xfffffffeff000000 + (i << 12),
			.num_pages = i + 1,
			.attribute = UINT64_C(0x8000000000000000) | i,
		};
}

static void check_efi(const struct fixture *f, size_t count)
{
	uint64_t map = halves(f, 0x1d0, 0x1dc);
	struct bytes data = setup_data(f, SETUP_EFI, 96);
	uint64_t v;

	/* The signature and the system table are the running kernel's. */
	assert_memory_equal(f->content.data + 0x1c0, f->running + 0x1c0, 8);
	assert_memory_equal(f->content.data + 0x1d8, f->running + 0x1d8, 4);
	assert_int_equal(field(f, 0x1c8, 4), 40);
	assert_int_equal(field(f, 0x1cc, 4), 1);
	assert_int_equal(field(f, 0x1d4, 4), 40 * count);
	for (size_t i = 0; i < count; i++) {
		uint64_t at = map - f->address + i * 40;

		assert_int_equal(field(f, at, 4), 5 + i % 2);
		assert_int_equal(field(f, at + 4, 4), 0);
		assert_int_equal(field(f, at + 8, 8), 0x7f000000 + (i << 12));
		assert_int_equal(field(f, at + 16, 8), 0xfffffffeff000000 + (i << 12));
		assert_int_equal(field(f, at + 24, 8), i + 1);
		assert_int_equal(field(f, at + 32, 8), UINT64_C(0x8000000000000000) | i);
	}
	assert_non_null(data.data);
	for (uint64_t i = 0; i < 4; i++) {
		assert_true(bytes_le64(data, 8 * i, &v));
		assert_int_equal(v, 0x1111111111 * (i + 1));
	}
	for (size_t i = 32; i < 96; i++)
		assert_int_equal(data.data[i], 0);
}

static void test_efi(void **state)
{
	struct fixture *f = *state;

	fill_efi(f, 33);
	for (uint64_t i = 0; i < 150; i++)
		add(&f->machine.firmware.memory, i << 20, (i << 20) + 0x1000, MEMORY_RAM);
	build(f, 0x4500000000, 0x4500100000);
	check_efi(f, 33);
	assert_int_equal(setup_data_count(f), 3);
	assert_e820(f, 149, 150, 149 << 20, 0x1000, 1);
	assert_memory_equal(setup_data(f, SETUP_RNG_SEED, 32).data, f->input.seed, 32);
}

/* A kernel that cannot go on with EFI is told nothing of it. */
static void test_efi_is_left_out(void **state)
{
	struct fixture *f = *state;

	fill_efi(f, 3);
	f->input.efi = false;
	build(f, 0, 0x100000);
	for (uint64_t at = 0x1c0; at < 0x1e0; at++)
		assert_int_equal(field(f, at, 1), 0);
	assert_null(setup_data(f, SETUP_EFI, 96).data);
	assert_int_equal(setup_data_count(f), 1);
}

static void test_no_room(void **state)
{
	struct fixture *f = *state;
	struct memory_map room = { NULL };
	struct bzimage bz;
	struct err err = ERR_INIT;

	add(&room, 0, 0x4000, MEMORY_RAM); /* a page above 0x3000: one too few */
	plan_init(&f->plan, &room);
	assert_int_equal(bzimage_parse(f->input.kernel, &bz, NULL), 0);
	assert_int_equal(boot_params_plan(&f->input, &bz, 0, &f->plan, &err), -EADDRNOTAVAIL);
	assert_non_null(strstr(err.text, "boot_params"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_header),
		TEST(test_longest_header_stops_before_other_fields),
		TEST(test_pointers_above_4g),
		TEST(test_long_command_line),
		TEST(test_way_back),
		TEST(test_screen),
		TEST(test_machine),
		TEST(test_memory_size),
		TEST(test_blocks),
		TEST(test_seed),
		TEST(test_memory_types),
		TEST(test_many_ranges),
		TEST(test_most_important_first),
		TEST(test_crash_memory),
		TEST(test_efi),
		TEST(test_efi_is_left_out),
		TEST(test_no_room),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
