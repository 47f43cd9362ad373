/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What an ELF program finds when it is entered: boot notes, boot_params, or nothing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <stdlib.h>

#include "kexec/loader.h"
#include "tests/unit/kexec_elf.h"

struct fixture {
	uint8_t kernel[ELF_FILE_SIZE];
	uint8_t initrd[5000];
	struct machine machine;
	struct request request;
	struct load_input input;
	struct plan plan;
};

static const struct elf_load load64[] = {
	{ 0x1000, 0xffffffff81000000, 0x1000000, 0x1000, 0x2000, 0x200000 },
};
static const struct elf_load load32[] = {
	{ 0x1000, 0xc1000000, 0x1000000, 0x1000, 0x2000, 0x1000 },
};

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	struct memory_map *memory;
	struct memory_map room = { NULL };

	assert_non_null(f);
	memory = &f->machine.firmware.memory;
	elf_make(f->kernel, 64, 0x1000100, load64, 1);
	f->input = (struct load_input){
		.kernel = { f->kernel, sizeof(f->kernel) },
		.cmdline = "root=/dev/sda1 quiet",
		.machine = &f->machine,
		.request = &f->request,
	};
	assert_int_equal(memory_map_add(memory, 0x1000, 0x9f000, MEMORY_RAM, NULL), 0);
	assert_int_equal(memory_map_add(memory, 0x100000, 0xc0000000, MEMORY_RAM, NULL), 0);
	assert_int_equal(memory_map_add(memory, 0x100000000, 0x200000000, MEMORY_RAM, NULL), 0);
	for (size_t i = 0; i < memory->count; i++)
		assert_int_equal(memory_map_add(&room, memory->ranges[i].start,
						memory->ranges[i].end, MEMORY_RAM, NULL),
				 0);
	plan_init(&f->plan, &room);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	plan_done(&f->plan);
	memory_map_done(&f->machine.firmware.memory);
	free(f);
	return 0;
}

static void ask(struct fixture *f, enum option option)
{
	f->request.given |= OPTION_BIT(option);
}

static void plan(struct fixture *f, const struct loader *loader)
{
	assert_int_equal(loader->plan(&f->input, &f->plan, NULL), 0);
	assert_int_equal(plan_check(&f->plan, NULL), 0);
	assert_int_equal(f->plan.segments[0].start, 0x1000000);
	assert_int_equal(f->plan.segments[0].size, 0x2000);
	assert_int_equal(f->plan.kernel.ip, 0x1000100);
}

static struct bytes content_at(const struct fixture *f, uint64_t address)
{
	for (unsigned int i = 0; i < f->plan.count; i++)
		if (f->plan.segments[i].start == address)
			return f->plan.segments[i].content;
	fail_msg("no segment at 0x%llx", (unsigned long long)address);
	return (struct bytes){ NULL };
}

static uint64_t field(struct bytes b, uint64_t offset, unsigned int width)
{
	uint64_t v = 0;

	assert_true(bytes_uint(b, offset, width, false, &v));
	return v;
}

/* One note: no name, then the text. Return: the offset of the next. */
static uint64_t assert_note(struct bytes notes, uint64_t at, uint32_t type, const char *text)
{
	size_t size = strlen(text) + 1;

	assert_int_equal(field(notes, at, 4), 0);
	assert_int_equal(field(notes, at + 4, 4), size);
	assert_int_equal(field(notes, at + 8, 4), type);
	assert_true(bytes_has(notes, at + 12, text, size));
	return at + 12 + (size + 3) / 4 * 4;
}

static void assert_notes(const struct fixture *f)
{
	struct bytes notes = content_at(f, f->plan.kernel.bx);
	uint64_t at = 12;
	uint32_t sum = 0;

	assert_int_equal(f->plan.kernel.ax, 0x0e1fb007);
	assert_int_equal(field(notes, 0, 4), 0x0e1fb007);
	assert_int_equal(field(notes, 4, 4), notes.size);
	assert_int_equal(field(notes, 10, 2), 3);
	at = assert_note(notes, at, 2, "kexec");
	at = assert_note(notes, at, 3, VERSION);
	at = assert_note(notes, at, 4, f->input.cmdline);
	assert_int_equal(at, notes.size);
	/* RFC 1071: the sum of all words, the checksum among them, is all ones. */
	for (at = 0; at < notes.size; at += 2)
		sum += (uint32_t)field(notes, at, 2);
	assert_int_equal((sum & 0xffff) + (sum >> 16), 0xffff);
}

static void test_notes(void **state)
{
	struct fixture *f = *state;

	plan(f, &loader_elf_x86_64);
	assert_int_equal(f->plan.count, 2);
	assert_int_equal(f->plan.mode, PLAN_NATIVE);
	assert_true(f->plan.kernel.bx > 0x100000000);
	assert_notes(f);
}

static void test_notes_32(void **state)
{
	struct fixture *f = *state;

	elf_make(f->kernel, 32, 0x1000100, load32, 1);
	ask(f, OPTION_ARGS_ELF);
	plan(f, &loader_elf_x86);
	assert_int_equal(f->plan.mode, PLAN_PROTECTED);
	assert_true(f->plan.kernel.bx < 0x100000000);
	assert_notes(f);
}

static void test_nothing(void **state)
{
	struct fixture *f = *state;

	ask(f, OPTION_ARGS_NONE);
	plan(f, &loader_elf_x86_64);
	assert_int_equal(f->plan.count, 1);
	assert_int_equal(f->plan.kernel.ax | f->plan.kernel.bx | f->plan.kernel.si, 0);
}

/* Offsets: Documentation/arch/x86/zero-page.rst and boot.rst. */
static void assert_boot_params(const struct fixture *f)
{
	struct bytes page = content_at(f, f->plan.kernel.si);
	uint64_t cmdline = field(page, 0x228, 4) | field(page, 0xc8, 4) << 32;
	uint64_t initrd = field(page, 0x218, 4) | field(page, 0xc0, 4) << 32;

	assert_int_equal(field(page, 0x1ef, 1), 0); /* sentinel: all of it was cleared */
	assert_int_equal(field(page, 0x1fe, 2), 0xaa55);
	assert_true(bytes_has(page, 0x202, "HdrS", 4));
	assert_int_equal(field(page, 0x206, 2), 0x20c);
	assert_int_equal(field(page, 0x210, 1), 0xd0);
	assert_int_equal(field(page, 0x211, 1), 1);
	assert_int_equal(field(page, 0x22c, 4), 0x7fffffff);
	assert_int_equal(field(page, 0x238, 4), 2047);
	assert_int_equal(field(page, 0x1e8, 1), 3);
	assert_int_equal(field(page, 0x21c, 4), sizeof(f->initrd));
	assert_ptr_equal(content_at(f, initrd).data, f->initrd);
	assert_true(bytes_has(page, cmdline - f->plan.kernel.si, f->input.cmdline,
			      strlen(f->input.cmdline) + 1));
}

static void test_linux(void **state)
{
	struct fixture *f = *state;

	ask(f, OPTION_ARGS_LINUX);
	f->input.initrd = (struct bytes){ f->initrd, sizeof(f->initrd) };
	plan(f, &loader_elf_x86_64);
	assert_int_equal(f->plan.mode, PLAN_NATIVE);
	assert_int_equal(f->plan.kernel.ax | f->plan.kernel.bx, 0);
	assert_boot_params(f);
}

static void test_linux_32(void **state)
{
	struct fixture *f = *state;

	elf_make(f->kernel, 32, 0x1000100, load32, 1);
	ask(f, OPTION_ARGS_LINUX);
	f->input.initrd = (struct bytes){ f->initrd, sizeof(f->initrd) };
	plan(f, &loader_elf_x86);
	assert_int_equal(f->plan.mode, PLAN_PROTECTED);
	assert_true(f->plan.kernel.si < 0x100000000);
	for (unsigned int i = 0; i < f->plan.count; i++)
		if (f->plan.segments[i].content.data == f->initrd)
			assert_true(f->plan.segments[i].start + f->plan.segments[i].size <=
				    0x38000000);
	assert_boot_params(f);
}

static void test_options(_unused_ void **state)
{
	static const struct {
		enum option options[2];
		const char *refused; /* part of the message; NULL: it is fine */
	} cases[] = {
		{ { OPTION_APPEND, OPTION_ARGS_ELF }, NULL },
		{ { OPTION_INITRD, OPTION_ARGS_LINUX }, NULL },
		{ { OPTION_NO_EFI, OPTION_ARGS_LINUX }, NULL },
		{ { OPTION_REUSE_VIDEO_TYPE, OPTION_ARGS_LINUX }, NULL },
		{ { OPTION_PASS_MEMMAP, OPTION_ARGS_LINUX }, NULL },
		{ { OPTION_REUSE_VIDEO_TYPE }, "--reuse-video-type needs --args-linux" },
		{ { OPTION_PASS_MEMMAP, OPTION_ARGS_ELF }, "--pass-memmap-cmdline needs" },
		{ { OPTION_ARGS_NONE }, NULL },
		{ { OPTION_INITRD }, "Ramdisks not supported with generic elf arguments" },
		{ { OPTION_INITRD, OPTION_ARGS_ELF }, "Ramdisks not supported" },
		{ { OPTION_REUSE_INITRD }, "Ramdisks not supported" },
		{ { OPTION_NO_EFI }, "--noefi needs --args-linux" },
		{ { OPTION_INITRD, OPTION_ARGS_NONE }, "--initrd cannot be had" },
		{ { OPTION_APPEND, OPTION_ARGS_NONE }, "--append cannot be had" },
		{ { OPTION_REUSE_CMDLINE, OPTION_ARGS_NONE }, "--reuse-cmdline cannot" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct request request = { .given = OPTION_BIT(cases[i].options[0]) |
							  OPTION_BIT(cases[i].options[1]) };
		struct err err = ERR_INIT;

		assert_int_equal(loader_elf_x86_64.check(&request, (struct bytes){ NULL }, &err),
				 cases[i].refused ? -ENOPROTOOPT : 0);
		assert_int_equal(loader_elf_x86.check(&request, (struct bytes){ NULL }, NULL),
				 cases[i].refused ? -ENOPROTOOPT : 0);
		if (cases[i].refused)
			assert_non_null(strstr(err.text, cases[i].refused));
	}
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_notes), TEST(test_notes_32), TEST(test_nothing),
		TEST(test_linux), TEST(test_linux_32), cmocka_unit_test(test_options),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
