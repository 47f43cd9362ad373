/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Multiboot 2: what headers are taken, and what the kernel finds. Numbers are those of the
 * "Multiboot2 Specification", 3, written out here and not taken from the code under test.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>

#include "tests/unit/kexec_multiboot.h"

/* A tag of the header; words end it. */
struct header_tag {
	uint16_t type;
	uint16_t flags;
	unsigned int count;
	uint32_t words[4];
};

static const struct header_tag end = { .type = 0 };

static size_t put_tag(uint8_t *p, const struct header_tag *tag)
{
	size_t size = 8 + 4 * (size_t)tag->count;

	put_le(p, 2, tag->type);
	put_le(p + 2, 2, tag->flags);
	put_le(p + 4, 4, size);
	for (unsigned int i = 0; i < tag->count; i++)
		put_le(p + 8 + i * 4, 4, tag->words[i]);
	return (size + 7) / 8 * 8;
}

static void put_header_at(uint8_t *p, const struct header_tag *tags, size_t count)
{
	size_t size = 16;

	for (size_t i = 0; i < count; i++)
		size += put_tag(p + size, &tags[i]);
	size += put_tag(p + size, &end);
	put_le(p, 4, 0xe85250d6);
	put_le(p + 4, 4, 0);
	put_le(p + 8, 4, size);
	put_le(p + 12, 4, -(0xe85250d6 + (uint32_t)size));
}

static void put_header(struct multiboot_fixture *f, const struct header_tag *tags, size_t count)
{
	elf_make(f->kernel, 32, 0xc0100100, multiboot_load, 1);
	put_header_at(f->kernel + 0x1000, tags, count);
}

static int setup(void **state)
{
	multiboot_setup(state);
	put_header(*state, NULL, 0);
	return 0;
}

static int probe(const struct multiboot_fixture *f, size_t size, const char *text)
{
	return multiboot_probe(&loader_multiboot2, f, size, text);
}

static void assert_tag(struct multiboot_fixture *f, const struct header_tag *tag, int error,
		       const char *text)
{
	put_header(f, tag, 1);
	assert_int_equal(probe(f, ELF_FILE_SIZE, text), error);
}

static void test_search(void **state)
{
	struct multiboot_fixture *f = *state;

	assert_int_equal(probe(f, ELF_FILE_SIZE, NULL), 0);
	f->kernel[0x100c] ^= 1; /* checksum */
	assert_int_equal(probe(f, ELF_FILE_SIZE, NULL), PROBE_NOT_MINE);
	put_header_at(f->kernel + 0x1104, NULL, 0); /* no multiple of 8 */
	assert_int_equal(probe(f, ELF_FILE_SIZE, NULL), PROBE_NOT_MINE);
	put_header_at(f->kernel + 0x1208, NULL, 0);
	assert_int_equal(probe(f, ELF_FILE_SIZE, NULL), 0);
	put_header(f, NULL, 0);
	put_le(f->kernel + 0x1004, 4, 4); /* of MIPS */
	put_le(f->kernel + 0x100c, 4, -(0xe85250d6 + 4 + 24));
	assert_int_equal(probe(f, ELF_FILE_SIZE, NULL), PROBE_NOT_MINE);
}

static void test_cut_short(void **state)
{
	struct multiboot_fixture *f = *state;

	for (size_t size = 0; size < ELF_FILE_SIZE; size++)
		assert_int_equal(probe(f, size, NULL), size < 0x1010 ? PROBE_NOT_MINE : -EBADMSG);
	f->kernel[1] = 'e';
	assert_int_equal(probe(f, ELF_FILE_SIZE, "neither is it an ELF executable"), -EBADMSG);
}

/* A header's length, against what its tags need. */
static void test_length(void **state)
{
	struct multiboot_fixture *f = *state;

	for (uint32_t length = 0; length < 24; length++) {
		put_le(f->kernel + 0x1008, 4, length);
		put_le(f->kernel + 0x100c, 4, -(0xe85250d6 + length));
		assert_int_equal(probe(f, ELF_FILE_SIZE, NULL), -EBADMSG);
	}
	put_le(f->kernel + 0x1008, 4, 0x2001);
	put_le(f->kernel + 0x100c, 4, -(0xe85250d6 + 0x2001));
	assert_int_equal(probe(f, ELF_FILE_SIZE, "truncated in its header"), -EBADMSG);
	put_header(f, NULL, 0);
	put_le(f->kernel + 0x1014, 4, 7); /* the last tag's size */
	assert_int_equal(probe(f, ELF_FILE_SIZE, "no last tag"), -EBADMSG);
	put_le(f->kernel + 0x1014, 4, UINT32_MAX);
	assert_int_equal(probe(f, ELF_FILE_SIZE, "no last tag"), -EBADMSG);
}

static void test_tags(void **state)
{
	struct multiboot_fixture *f = *state;
	struct header_tag tag = { .count = 1 };

	for (uint16_t type = 1; type < 40; type++) {
		tag.type = type;
		tag.flags = 0;
		if (type > 10)
			assert_tag(f, &tag, -ENOTSUP, "of the unknown type");
		tag.flags = 1;
		if (type > 10)
			assert_tag(f, &tag, 0, NULL);
	}
	assert_tag(f, &(struct header_tag){ 7, 0, 0, { 0 } }, -ENOTSUP, "EFI's boot services");
	assert_tag(f, &(struct header_tag){ 7, 1, 0, { 0 } }, 0, NULL);
	for (uint16_t type = 4; type < 10; type++)
		if (type != 7)
			assert_tag(f, &(struct header_tag){ type, 0, 3, { 0 } }, 0, NULL);
}

static void test_requests(void **state)
{
	struct multiboot_fixture *f = *state;

	assert_tag(f, &(struct header_tag){ 1, 0, 3, { 4, 6, 21 } }, 0, NULL);
	assert_tag(f, &(struct header_tag){ 1, 0, 3, { 4, 6, 22 } }, -ENOTSUP, "type 22");
	assert_tag(f, &(struct header_tag){ 1, 1, 3, { 4, 6, 22 } }, 0, NULL);
}

static void test_short_tags(void **state)
{
	struct multiboot_fixture *f = *state;

	for (unsigned int count = 0; count < 4; count++) {
		assert_tag(f, &(struct header_tag){ 2, 0, count, { 0 } }, -EBADMSG, "tag 2 has");
		assert_tag(f, &(struct header_tag){ 10, 0, count, { 0 } }, -EBADMSG, "tag 10 has");
	}
	assert_tag(f, &(struct header_tag){ 3, 0, 0, { 0 } }, -EBADMSG, "tag 3 has 8 bytes");
	assert_tag(f, &(struct header_tag){ 10, 0, 4, { 0, UINT32_MAX, 6, 0 } }, -EBADMSG,
		   "0x6 is no power of two");
	assert_tag(f, &(struct header_tag){ 3, 0, 1, { 0xfffff } }, -EBADMSG, "entry point");
	assert_tag(f, &(struct header_tag){ 2, 0, 4, { 0x101000, 0x100000, 0, 0 } }, -EBADMSG,
		   "without an entry");
}

static struct bytes plan(struct multiboot_fixture *f, uint64_t entry)
{
	struct bytes info;

	assert_int_equal(loader_multiboot2.plan(&f->input, &f->plan, NULL), 0);
	assert_int_equal(plan_check(&f->plan, NULL), 0);
	assert_int_equal(f->plan.mode, PLAN_PROTECTED);
	assert_int_equal(f->plan.kernel.ax, 0x36d76289);
	assert_int_equal(f->plan.kernel.ip, entry);
	assert_int_equal(f->plan.kernel.bx % 8, 0);
	info = multiboot_at(f, f->plan.kernel.bx);
	assert_int_equal(multiboot_field(info, 0, 4), info.size);
	assert_int_equal(multiboot_field(info, 4, 4), 0);
	return info;
}

/* The @nth tag of @type, or none (NULL); walks the whole list, which must end. */
static struct bytes tag_of(struct bytes info, uint32_t type, unsigned int nth)
{
	struct bytes found = { NULL };
	uint64_t at = 8;

	for (;;) {
		uint64_t size = multiboot_field(info, at + 4, 4);

		assert_true(size >= 8);
		if (multiboot_field(info, at, 4) == type && nth-- == 0)
			assert_true(bytes_slice(info, at, size, &found));
		if (multiboot_field(info, at, 4) == 0)
			break;
		at += (size + 7) / 8 * 8;
	}
	assert_int_equal(at + 8, info.size);
	return found;
}

static void assert_text(struct bytes tag, size_t offset, const char *text)
{
	assert_int_equal(tag.size, offset + strlen(text) + 1);
	assert_true(bytes_has(tag, offset, text, strlen(text) + 1));
}

static void test_memory(void **state)
{
	static const uint64_t types[] = { 1, 2, 1, 3, 4, 1, 2 };
	struct multiboot_fixture *f = *state;
	struct bytes info = plan(f, 0x100100), tag = tag_of(info, 4, 0);

	assert_int_equal(tag.size, 16);
	assert_int_equal(multiboot_field(tag, 8, 4), 0x9fc00 / 1024);
	assert_int_equal(multiboot_field(tag, 12, 4), (0xbffe0000 - 0x100000) / 1024);
	tag = tag_of(info, 6, 0);
	assert_int_equal(tag.size, 16 + 24 * ARRAY_SIZE(types));
	assert_int_equal(multiboot_field(tag, 8, 4), 24);
	assert_int_equal(multiboot_field(tag, 12, 4), 0);
	for (size_t i = 0; i < ARRAY_SIZE(types); i++) {
		const struct memory_range *range = &f->machine.firmware.memory.ranges[i];

		assert_int_equal(multiboot_field(tag, 16 + i * 24, 8), range->start);
		assert_int_equal(multiboot_field(tag, 24 + i * 24, 8), range->end - range->start);
		assert_int_equal(multiboot_field(tag, 32 + i * 24, 8), types[i]);
	}
	assert_text(tag_of(info, 1, 0), 8, f->input.cmdline);
	assert_text(tag_of(info, 2, 0), 8, "kexec");
	for (uint32_t type = 7; type <= 21; type++) /* nothing that there is not */
		assert_null(tag_of(info, type, 0).data);
}

static void test_modules(void **state)
{
	struct multiboot_fixture *f = *state;
	struct bytes info;

	for (size_t i = 0; i < REQUEST_FILES_MAX; i++)
		multiboot_add_module(f, i % 2 ? "file" : "file and more", MODULE_SIZE - i * 70);
	info = plan(f, 0x100100);
	assert_int_equal(f->plan.count, PLAN_SEGMENTS_MAX);
	for (unsigned int i = 0; i < REQUEST_FILES_MAX; i++) {
		struct bytes tag = tag_of(info, 3, i);

		multiboot_assert_module(f, multiboot_field(tag, 8, 4), multiboot_field(tag, 12, 4),
					MODULE_SIZE - i * 70);
		assert_text(tag, 16, f->modules.items[i].text);
	}
	assert_null(tag_of(info, 3, REQUEST_FILES_MAX).data);
}

static void test_screen(void **state)
{
	static const uint8_t colors[] = { 16, 8, 9, 7, 1, 6 }; /* position, size */
	struct multiboot_fixture *f = *state;
	struct bytes tag;

	multiboot_show_screen(f);
	tag = tag_of(plan(f, 0x100100), 8, 0);
	f->machine.firmware.boot_params = NULL;
	assert_int_equal(tag.size, 38);
	assert_int_equal(multiboot_field(tag, 8, 8), 0x4080000000);
	assert_int_equal(multiboot_field(tag, 16, 4), 7680);
	assert_int_equal(multiboot_field(tag, 20, 4), 1920);
	assert_int_equal(multiboot_field(tag, 24, 4), 1080);
	assert_int_equal(multiboot_field(tag, 28, 1), 32);
	assert_int_equal(multiboot_field(tag, 29, 1), 1);
	assert_int_equal(multiboot_field(tag, 30, 2), 0);
	assert_true(bytes_has(tag, 32, colors, sizeof(colors)));
}

/* A driver for the hardware shows something else by now. */
static void test_no_screen(void **state)
{
	struct multiboot_fixture *f = *state;

	multiboot_show_screen(f);
	f->machine.screen.native = true;
	assert_null(tag_of(plan(f, 0x100100), 8, 0).data);
	f->machine.firmware.boot_params = NULL;
}

static void test_acpi(void **state)
{
	struct multiboot_fixture *f = *state;
	struct rsdp *rsdp = &f->input.rsdp;
	struct bytes tag;

	for (unsigned int i = 0; i < RSDP_SIZE_2; i++)
		rsdp->data[i] = (uint8_t)(i + 1);
	rsdp->size = RSDP_SIZE_2;
	tag = tag_of(plan(f, 0x100100), 15, 0);
	assert_int_equal(tag.size, 8 + 36);
	assert_true(bytes_has(tag, 8, rsdp->data, 36));
}

static void test_acpi_1(void **state)
{
	struct multiboot_fixture *f = *state;
	struct bytes tag;

	f->input.rsdp.size = RSDP_SIZE_1;
	tag = tag_of(plan(f, 0x100100), 14, 0);
	assert_int_equal(tag.size, 8 + 20);
}

static void test_efi(void **state)
{
	struct efi_descriptor map[] = {
		{ 5, 0x7f000000, 0xfffffffeff000000, 16, 0x800000000000000f },
		{ 6, 0x7f010000, 0xfffffffeff010000, 1, 15 },
	};
	struct multiboot_fixture *f = *state;
	struct bytes info, tag;

	f->input.efi = true;
	f->machine.firmware.boot_params = f->running;
	f->machine.firmware.efi.map = map;
	f->machine.firmware.efi.map_count = ARRAY_SIZE(map);
	put_le(f->running + 0x1c4, 4, 0x7f012018); /* efi_systab, and its upper half */
	put_le(f->running + 0x1d8, 4, 3);
	info = plan(f, 0x100100);
	f->machine.firmware.boot_params = NULL;
	tag = tag_of(info, 12, 0);
	assert_int_equal(tag.size, 16);
	assert_int_equal(multiboot_field(tag, 8, 8), 0x37f012018);
	tag = tag_of(info, 17, 0);
	assert_int_equal(tag.size, 16 + 80);
	assert_int_equal(multiboot_field(tag, 8, 4), 40);
	assert_int_equal(multiboot_field(tag, 12, 4), 1);
	for (size_t i = 0; i < ARRAY_SIZE(map); i++) {
		assert_int_equal(multiboot_field(tag, 16 + i * 40, 8), map[i].type);
		assert_int_equal(multiboot_field(tag, 24 + i * 40, 8), map[i].phys_addr);
		assert_int_equal(multiboot_field(tag, 32 + i * 40, 8), map[i].virt_addr);
		assert_int_equal(multiboot_field(tag, 40 + i * 40, 8), map[i].num_pages);
		assert_int_equal(multiboot_field(tag, 48 + i * 40, 8), map[i].attribute);
	}
	assert_null(tag_of(info, 18, 0).data); /* boot services have ended */
}

/* Where it went is told, and its entry goes with it. */
static void assert_moved(struct multiboot_fixture *f, const struct header_tag *tags, size_t count,
			 uint64_t base, uint64_t entry)
{
	struct bytes info, tag;

	put_header(f, tags, count);
	info = plan(f, base + entry);
	assert_int_equal(f->plan.segments[0].start, base);
	tag = tag_of(info, 21, 0);
	assert_int_equal(tag.size, 12);
	assert_int_equal(multiboot_field(tag, 8, 4), base);
}

static void test_moved_up(void **state)
{
	const struct header_tag tags[] = {
		{ 10, 0, 4, { 0x200000, 0x7fffffff, 0x200000, 2 } },
		{ 3, 0, 1, { 0x100200 } },
	};

	assert_moved(*state, tags, 2, 0x7fe00000, 0x200);
}

static void test_moved_down(void **state)
{
	const struct header_tag tags[] = { { 10, 0, 4, { 0x280000, UINT32_MAX, 0x100000, 1 } } };

	assert_moved(*state, tags, 1, 0x300000, 0x100);
}

/* Never into the first MiB, which is the firmware's; the last byte counts. */
static void test_moved_within(void **state)
{
	const struct header_tag tags[] = { { 10, 0, 4, { 0, 0x103fff, 0, 0 } } };
	const struct header_tag narrow[] = { { 10, 0, 4, { 0, 0x103ffe, 0, 0 } } };
	struct multiboot_fixture *f = *state;

	put_header(f, narrow, 1);
	assert_int_equal(loader_multiboot2.plan(&f->input, &f->plan, NULL), -EADDRNOTAVAIL);
	assert_moved(f, tags, 1, 0x100000, 0x100);
}

/* The image says itself where it lies: header_addr, load_addr, load_end, bss_end. */
static void test_flat(void **state)
{
	const struct header_tag tags[] = {
		{ 2, 0, 4, { 0x201000, 0x200000, 0x202000, 0x208000 } },
		{ 3, 0, 1, { 0x200abc } },
	};
	struct multiboot_fixture *f = *state;

	put_header(f, tags, 2);
	f->kernel[1] = 'e';
	plan(f, 0x200abc);
	assert_int_equal(f->plan.segments[0].start, 0x200000);
	assert_int_equal(f->plan.segments[0].size, 0x8000);
	assert_ptr_equal(f->plan.segments[0].content.data, f->kernel);
	assert_int_equal(f->plan.segments[0].content.size, 0x2000);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, multiboot_teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_search),       TEST(test_cut_short), TEST(test_length),
		TEST(test_tags),         TEST(test_requests),  TEST(test_short_tags),
		TEST(test_memory),       TEST(test_modules),   TEST(test_screen),
		TEST(test_no_screen),    TEST(test_acpi),      TEST(test_acpi_1),
		TEST(test_efi),          TEST(test_moved_up),  TEST(test_moved_down),
		TEST(test_moved_within), TEST(test_flat),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
