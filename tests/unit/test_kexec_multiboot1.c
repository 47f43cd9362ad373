/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Multiboot 1: which images are taken, and what their kernel finds. Offsets are those of the
 * "Multiboot Specification", 3.3, written out here and not taken from the code under test.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>

#include "tests/unit/kexec_multiboot.h"

static void put_header(uint8_t *p, uint32_t flags)
{
	put_le(p, 4, 0x1badb002);
	put_le(p + 4, 4, flags);
	put_le(p + 8, 4, -(0x1badb002 + flags));
}

static int setup(void **state)
{
	struct multiboot_fixture *f;

	multiboot_setup(state);
	f = *state;
	put_header(f->kernel + 0x1000, 3);
	return 0;
}

static int probe(const struct multiboot_fixture *f, size_t size, const char *text)
{
	return multiboot_probe(&loader_multiboot, f, size, text);
}

static void test_search(void **state)
{
	struct multiboot_fixture *f = *state;

	assert_int_equal(probe(f, ELF_FILE_SIZE, NULL), 0);
	f->kernel[0x1008] ^= 1; /* checksum */
	assert_int_equal(probe(f, ELF_FILE_SIZE, NULL), PROBE_NOT_MINE);
	put_header(f->kernel + 0x1102, 3); /* no multiple of 4 */
	assert_int_equal(probe(f, ELF_FILE_SIZE, NULL), PROBE_NOT_MINE);
	put_header(f->kernel + 8192 - 8, 3); /* not wholly in the first 8192 bytes */
	assert_int_equal(probe(f, ELF_FILE_SIZE, NULL), PROBE_NOT_MINE);
	put_header(f->kernel + 8192 - 12, 3);
	assert_int_equal(probe(f, ELF_FILE_SIZE, NULL), 0);
}

static void test_flags(void **state)
{
	struct multiboot_fixture *f = *state;

	for (unsigned int bit = 0; bit < 16; bit++) {
		put_header(f->kernel + 0x1000, 1U << bit);
		assert_int_equal(probe(f, ELF_FILE_SIZE, NULL), bit < 3 ? 0 : -ENOTSUP);
	}
	put_header(f->kernel + 0x1000, 0x13);
	assert_int_equal(probe(f, ELF_FILE_SIZE, "flags 0x10"), -ENOTSUP);
	put_header(f->kernel + 0x1000, 0xfffe0003); /* bits 17 to 31 ask for nothing */
	assert_int_equal(probe(f, ELF_FILE_SIZE, NULL), 0);
}

static void test_cut_short(void **state)
{
	struct multiboot_fixture *f = *state;

	for (size_t size = 0; size < ELF_FILE_SIZE; size++)
		assert_int_equal(probe(f, size, NULL), size < 0x100c ? PROBE_NOT_MINE : -EBADMSG);
	f->kernel[1] = 'e';
	assert_int_equal(probe(f, ELF_FILE_SIZE, "neither is it an ELF executable"), -EBADMSG);
}

/* The image says itself where it lies: header_addr, load_addr, load_end, bss_end, entry. */
static void put_layout(struct multiboot_fixture *f, const uint32_t layout[5])
{
	memset(f->kernel, 0x5a, 0x40);
	put_header(f->kernel + 0x20, 0x10003);
	for (unsigned int i = 0; i < 5; i++)
		put_le(f->kernel + 0x2c + i * 4, 4, layout[i]);
}

static void test_flat(void **state)
{
	struct multiboot_fixture *f = *state;
	const struct segment *s = f->plan.segments;

	put_layout(f, (uint32_t[]){ 0x200010, 0x200000, 0x201000, 0x204001, 0x200ffc });
	assert_int_equal(loader_multiboot.plan(&f->input, &f->plan, NULL), 0);
	assert_int_equal(s->start, 0x200000);
	assert_int_equal(s->size, 0x5000);
	assert_ptr_equal(s->content.data, f->kernel + 0x10); /* what is before it is left out */
	assert_int_equal(s->content.size, 0x1000);
	assert_int_equal(f->plan.kernel.ip, 0x200ffc);
}

/* Neither end is given: all of the file, and nothing behind it. */
static void test_flat_whole(void **state)
{
	struct multiboot_fixture *f = *state;
	const struct segment *s = f->plan.segments;

	put_layout(f, (uint32_t[]){ 0x200020, 0x200000, 0, 0, 0x200040 });
	assert_int_equal(loader_multiboot.plan(&f->input, &f->plan, NULL), 0);
	assert_int_equal(s->content.size, ELF_FILE_SIZE);
	assert_int_equal(s->size, ELF_FILE_SIZE);
}

static void test_flat_damaged(void **state)
{
	struct multiboot_fixture *f = *state;

	put_layout(f, (uint32_t[]){ 0x200010, 0x200020, 0, 0, 0x200040 });
	assert_int_equal(probe(f, ELF_FILE_SIZE, "its header at 0x200010"), -EBADMSG);
	put_layout(f, (uint32_t[]){ 0x200021, 0x200000, 0, 0, 0x200040 });
	assert_int_equal(probe(f, ELF_FILE_SIZE, "its header at 0x200021"), -EBADMSG);
	put_layout(f, (uint32_t[]){ 0x200020, 0x200000, 0x1fffff, 0, 0x200040 });
	assert_int_equal(probe(f, ELF_FILE_SIZE, "ends before it begins"), -EBADMSG);
	put_layout(f, (uint32_t[]){ 0x200020, 0x200000, 0x203001, 0, 0x200040 });
	assert_int_equal(probe(f, ELF_FILE_SIZE, "truncated: it has 12288 bytes"), -EBADMSG);
	put_layout(f, (uint32_t[]){ 0x200020, 0x200000, 0, 0, 0x203000 });
	assert_int_equal(probe(f, ELF_FILE_SIZE, "entry point 0x203000"), -EBADMSG);
	put_layout(f, (uint32_t[]){ 0x200020, 0x200000, 0, 0, 0x200040 });
	for (size_t size = 0x2c; size < 0x40; size++)
		assert_int_equal(probe(f, size, "truncated in its header"), -EBADMSG);
}

static struct bytes plan(struct multiboot_fixture *f)
{
	assert_int_equal(loader_multiboot.plan(&f->input, &f->plan, NULL), 0);
	assert_int_equal(plan_check(&f->plan, NULL), 0);
	assert_int_equal(f->plan.mode, PLAN_PROTECTED);
	assert_int_equal(f->plan.kernel.ax, 0x2badb002);
	assert_int_equal(f->plan.kernel.ip, 0x100100); /* the virtual entry made physical */
	return multiboot_at(f, f->plan.kernel.bx);
}

static void assert_text(const struct multiboot_fixture *f, uint64_t address, const char *text)
{
	assert_true(bytes_has(multiboot_at(f, address), 0, text, strlen(text) + 1));
}

static void test_memory(void **state)
{
	static const uint64_t types[] = { 1, 2, 1, 3, 4, 1, 2 };
	struct multiboot_fixture *f = *state;
	struct bytes info = plan(f), map;

	assert_int_equal(multiboot_field(info, 0, 4), 1 << 0 | 1 << 2 | 1 << 3 | 1 << 6 | 1 << 9);
	assert_int_equal(multiboot_field(info, 4, 4), 0x9fc00 / 1024);
	assert_int_equal(multiboot_field(info, 8, 4), (0xbffe0000 - 0x100000) / 1024);
	assert_int_equal(multiboot_field(info, 44, 4), 24 * ARRAY_SIZE(types));
	map = multiboot_at(f, multiboot_field(info, 48, 4));
	for (size_t i = 0; i < ARRAY_SIZE(types); i++) {
		const struct memory_range *range = &f->machine.firmware.memory.ranges[i];

		assert_int_equal(multiboot_field(map, i * 24, 4), 20);
		assert_int_equal(multiboot_field(map, i * 24 + 4, 8), range->start);
		assert_int_equal(multiboot_field(map, i * 24 + 12, 8), range->end - range->start);
		assert_int_equal(multiboot_field(map, i * 24 + 20, 4), types[i]);
	}
	assert_text(f, multiboot_field(info, 16, 4), f->input.cmdline);
	assert_text(f, multiboot_field(info, 64, 4), "kexec");
	assert_int_equal(multiboot_field(info, 20, 4), 0);
}

static void test_screen(void **state)
{
	static const uint8_t colors[] = { 16, 8, 9, 7, 1, 6 }; /* position, size */
	struct multiboot_fixture *f = *state;
	struct bytes info;

	multiboot_show_screen(f);
	info = plan(f);
	f->machine.firmware.boot_params = NULL;
	assert_true(multiboot_field(info, 0, 4) & 1 << 12);
	assert_int_equal(multiboot_field(info, 88, 8), 0x4080000000);
	assert_int_equal(multiboot_field(info, 96, 4), 7680);
	assert_int_equal(multiboot_field(info, 100, 4), 1920);
	assert_int_equal(multiboot_field(info, 104, 4), 1080);
	assert_int_equal(multiboot_field(info, 108, 1), 32);
	assert_int_equal(multiboot_field(info, 109, 1), 1);
	assert_true(bytes_has(info, 110, colors, sizeof(colors)));
}

static void assert_modules(const struct multiboot_fixture *f, struct bytes info)
{
	struct bytes list = multiboot_at(f, multiboot_field(info, 24, 4));

	assert_int_equal(multiboot_field(info, 20, 4), f->modules.count);
	for (size_t i = 0; i < f->modules.count; i++) {
		const struct module *module = &f->modules.items[i];

		multiboot_assert_module(f, multiboot_field(list, i * 16, 4),
					multiboot_field(list, i * 16 + 4, 4),
					module->file.bytes.size);
		assert_text(f, multiboot_field(list, i * 16 + 8, 4), module->text);
		assert_int_equal(multiboot_field(list, i * 16 + 12, 4), 0);
	}
}

static void test_modules(void **state)
{
	struct multiboot_fixture *f = *state;

	multiboot_add_module(f, "/boot/vmlinuz root=/dev/sda1", MODULE_SIZE);
	multiboot_add_module(f, "/boot/initrd", 1);
	multiboot_add_module(f, "nothing", 0);
	assert_modules(f, plan(f));
	assert_int_equal(f->plan.count, 5); /* each is mapped, not copied */
}

/* As many as may be named, in no more segments than there are. */
static void test_most_modules(void **state)
{
	struct multiboot_fixture *f = *state;

	for (size_t i = 0; i < REQUEST_FILES_MAX; i++)
		multiboot_add_module(f, "x", MODULE_SIZE - i * 70);
	assert_modules(f, plan(f));
	assert_int_equal(f->plan.count, PLAN_SEGMENTS_MAX);
}

static void test_no_room(void **state)
{
	struct multiboot_fixture *f = *state;

	multiboot_add_module(f, "x", MODULE_SIZE);
	f->modules.items[0].file.bytes.size = 0xc0000000; /* never looked at */
	assert_int_equal(loader_multiboot.plan(&f->input, &f->plan, NULL), -EADDRNOTAVAIL);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, multiboot_teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_search),       TEST(test_flags),      TEST(test_cut_short),
		TEST(test_flat),         TEST(test_flat_whole), TEST(test_flat_damaged),
		TEST(test_memory),       TEST(test_screen),     TEST(test_modules),
		TEST(test_most_modules), TEST(test_no_room),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
