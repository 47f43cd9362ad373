/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where the parts of a bzImage go, by how it is entered, and what it finds there: limits,
 * offsets and registers are those of Documentation/arch/x86/boot.rst.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <stdlib.h>

#include "kexec/bzimage.h"
#include "kexec/loader.h"
#include "tests/unit/kexec_kernel.h"
#include "tests/unit/kexec_plan.h"

#define GIB UINT64_C(0x40000000)

struct fixture {
	uint8_t kernel[KERNEL_SIZE];
	struct request request;
	struct machine machine;
	struct load_input input;
	struct plan plan;
	struct err err;
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

/* Plan by the loader whose image it is, with what of [@start, @end) a PC has as RAM. */
static int plan(struct fixture *f, uint64_t start, uint64_t end)
{
	const struct loader *loader = loader_bzimage64.probe(f->input.kernel, NULL) == 0
					      ? &loader_bzimage64
					      : &loader_bzimage;
	static const uint64_t pc[][2] = { { 0x1000, 0x9fc00 },
					  { 0x100000, 3 * GIB },
					  { 4 * GIB, 8 * GIB } };
	struct memory_map room = { NULL };
	int r;

	for (size_t i = 0; i < ARRAY_SIZE(pc); i++) {
		uint64_t from = pc[i][0] > start ? pc[i][0] : start;
		uint64_t to = pc[i][1] < end ? pc[i][1] : end;

		if (from < to)
			assert_int_equal(memory_map_add(&room, from, to, MEMORY_RAM, NULL), 0);
	}
	plan_done(&f->plan);
	plan_init(&f->plan, &room);
	f->err = (struct err)ERR_INIT;
	r = loader->check(&f->request, f->input.kernel, &f->err);
	if (r == 0)
		r = loader->plan(&f->input, &f->plan, &f->err);
	if (r == 0)
		assert_int_equal(plan_check(&f->plan, NULL), 0);
	return r;
}

static void assert_refused(struct fixture *f, int code, const char *text)
{
	assert_int_equal(plan(f, 0, 8 * GIB), code);
	if (!strstr(f->err.text, text))
		print_message("# message: %s\n", f->err.text);
	assert_non_null(strstr(f->err.text, text));
}

static uint64_t end_of(const struct segment *s)
{
	return s->start + s->size;
}

static uint64_t field(const struct segment *s, uint64_t offset, unsigned int width)
{
	uint64_t v;

	assert_true(bytes_uint(s->content, offset, width, false, &v));
	return v;
}

static void test_entry_64(void **state)
{
	struct fixture *f = *state;
	const struct segment *kernel;

	f->input.initrd = (struct bytes){ f->kernel, 5000 };
	assert_int_equal(plan(f, 0, 8 * GIB), 0);
	kernel = plan_segment(&f->plan, "kernel");
	assert_int_equal(f->plan.mode, PLAN_NATIVE);
	assert_int_equal(f->plan.kernel.ip, kernel->start + 0x200);
	assert_int_equal(f->plan.kernel.si, plan_segment(&f->plan, "boot_params")->start);
	assert_true(kernel->start > 4 * GIB); /* as high as it goes */
	assert_true(plan_segment(&f->plan, "initrd")->start > 4 * GIB);
}

static void test_entry_32(void **state)
{
	struct fixture *f = *state;
	const struct segment *kernel, *params;

	ask(f, OPTION_ENTRY_32BIT);
	assert_int_equal(plan(f, 0, 8 * GIB), 0);
	kernel = plan_segment(&f->plan, "kernel");
	params = plan_segment(&f->plan, "boot_params");
	assert_int_equal(f->plan.mode, PLAN_PROTECTED);
	assert_int_equal(f->plan.kernel.ip, kernel->start);
	assert_int_equal(f->plan.kernel.si, params->start);
	assert_int_equal(kernel->start, KERNEL_PREF_ADDRESS);
	assert_int_equal(kernel->size, KERNEL_INIT_SIZE);
	assert_true(end_of(params) <= 4 * GIB);
	assert_int_equal(field(params, 0x228, 4), params->start + 4096);

	/* As a capture kernel it gets as far as its pointers do. */
	f->request.crash = true;
	assert_int_equal(plan(f, 2 * GIB, 3 * GIB), 0);
	assert_int_equal(plan_segment(&f->plan, "kernel")->start, 2 * GIB);
	assert_int_equal(plan(f, 5 * GIB, 6 * GIB), -EADDRNOTAVAIL);
	assert_non_null(strstr(f->err.text, "bytes below 0x100000000 for kernel"));
	assert_non_null(strstr(f->err.hint, "lies higher"));
}

/* Out of 64-bit mode, and with it out of the running kernel's paging. */
static void test_five_levels(void **state)
{
	struct fixture *f = *state;

	f->machine.five_level_paging = true;
	assert_int_equal(plan(f, 0, 8 * GIB), 0);
	put_le(f->kernel + 0x236, 2, 0x1f);
	assert_refused(f, -ENOTSUP, "five-level paging");
	ask(f, OPTION_ENTRY_32BIT);
	assert_int_equal(plan(f, 0, 8 * GIB), 0);
}

static void test_32_bit_kernel(void **state)
{
	struct fixture *f = *state;

	put_le(f->kernel + 0x236, 2, 0);
	f->input.initrd = (struct bytes){ f->kernel, 5000 };
	assert_int_equal(plan(f, 0, 8 * GIB), 0);
	assert_int_equal(f->plan.mode, PLAN_PROTECTED);
	assert_int_equal(f->plan.kernel.ip, KERNEL_PREF_ADDRESS);
	assert_int_equal(end_of(plan_segment(&f->plan, "initrd")), 2 * GIB);
	assert_int_equal(field(plan_segment(&f->plan, "boot_params"), 0x218, 4),
			 plan_segment(&f->plan, "initrd")->start);
	put_le(f->kernel + 0x22c, 4, 0x4fffffff);
	assert_int_equal(plan(f, 0, 8 * GIB), 0);
	assert_int_equal(end_of(plan_segment(&f->plan, "initrd")), 0x50000000);
	/* What it can reach by itself. */
	assert_int_equal(plan(f, 0x37e00000, GIB), 0);
	assert_int_equal(plan_segment(&f->plan, "kernel")->start, 0x37e00000);
	assert_int_equal(plan(f, 0x37e01000, GIB), -EADDRNOTAVAIL);
	assert_non_null(strstr(f->err.text, "bytes below 0x38000000 for kernel"));
}

static void test_64_bit_kernel_without_64_bit_entry(void **state)
{
	struct fixture *f = *state;

	put_le(f->kernel + 0x236, 2, XLF_KERNEL_64);
	assert_int_equal(plan(f, 2 * GIB, 3 * GIB), 0);
	assert_int_equal(f->plan.mode, PLAN_PROTECTED);
	f->input.initrd = (struct bytes){ f->kernel, 5000 };
	assert_int_equal(plan(f, 2 * GIB, 3 * GIB), -EADDRNOTAVAIL);
	assert_non_null(strstr(f->err.text, "bytes below 0x80000000 for initrd"));
}

/* Each has its kernel's segment, with room for what it unpacks to. */
static void test_old_relocatable(void **state)
{
	struct fixture *f = *state;

	kernel_make_old(f->kernel, 0x209, 0x258);
	assert_int_equal(plan(f, 0, 8 * GIB), 0);
	assert_int_equal(plan_segment(&f->plan, "kernel")->start,
			 0x200000); /* aligned, above 1 MiB */
	assert_true(plan_segment(&f->plan, "kernel")->size >= 8 * KERNEL_PAYLOAD_SIZE);
	assert_ptr_equal(plan_segment(&f->plan, "kernel")->content.data,
			 f->kernel + KERNEL_SETUP_SIZE);
	f->request.crash = true;
	assert_int_equal(plan(f, GIB / 4, GIB / 2), 0);
	assert_int_equal(plan_segment(&f->plan, "kernel")->start, GIB / 4);
}

static void test_not_relocatable(void **state)
{
	struct fixture *f = *state;

	kernel_make_old(f->kernel, 0x204, 0x230);
	assert_int_equal(plan(f, 0, 8 * GIB), 0);
	assert_int_equal(f->plan.kernel.ip, 0x100000);
	assert_int_equal(plan_segment(&f->plan, "kernel")->start, 0x100000);
	assert_true(plan_segment(&f->plan, "kernel")->size >= 8 * KERNEL_PAYLOAD_SIZE);
	assert_true(end_of(plan_segment(&f->plan, "boot_params")) <= 0xa0000);
	assert_int_equal(plan(f, 0x200000, 8 * GIB), -EADDRNOTAVAIL);

	/* A newer one tells where it goes from there: nothing else may lie in between. */
	kernel_make(f->kernel);
	put_le(f->kernel + 0x236, 2, 0);
	f->kernel[0x234] = 0;
	assert_int_equal(plan(f, 0, 8 * GIB), 0);
	assert_int_equal(plan_segment(&f->plan, "kernel")->start, 0x100000);
	assert_int_equal(end_of(plan_segment(&f->plan, "kernel")),
			 KERNEL_PREF_ADDRESS + KERNEL_INIT_SIZE);
	f->request.crash = true;
	assert_refused(f, -ENOTSUP, "BzImage is not relocatable. Can't be used as capture kernel.");
	put_le(f->kernel + 0x258, 8, UINT64_MAX - 4096);
	f->request.crash = false;
	assert_refused(f, -EBADMSG, "beyond the end of memory");
}

/* Until 2.01 the command line was found by its distance from the page. */
static void test_oldest_command_line(void **state)
{
	struct fixture *f = *state;
	const struct segment *params;

	kernel_make_old(f->kernel, 0x201, 0x226);
	assert_int_equal(plan(f, 0, 8 * GIB), 0);
	params = plan_segment(&f->plan, "boot_params");
	assert_int_equal(field(params, 0x20, 2), 0xa33f);
	assert_true(bytes_has(params->content, field(params, 0x22, 2), f->input.cmdline,
			      strlen(f->input.cmdline) + 1));
}

/* The data of setup_data's only node of type 2, a device tree. */
static struct bytes device_tree(const struct segment *params)
{
	struct bytes found = { NULL };

	for (uint64_t at = field(params, 0x250, 8); at; at = field(params, at - params->start, 8)) {
		uint64_t offset = at - params->start;

		assert_true(at % 8 == 0);
		if (field(params, offset + 8, 4) != 2)
			continue;
		assert_null(found.data);
		assert_true(bytes_slice(params->content, offset + 16, field(params, offset + 12, 4),
					&found));
	}
	return found;
}

static void test_device_tree(void **state)
{
	static const uint8_t tree[1001] = { 0xd0, 0x0d, 0xfe, 0xed, [1000] = 7 };
	uint8_t running[50] = { 1 };
	struct setup_data block = { .type = 2, .data = running, .size = sizeof(running) };
	struct fixture *f = *state;
	struct bytes found;

	/* The one that is asked for, and not the running kernel's as well. */
	f->machine.firmware.setup_data = (struct setup_data_list){ &block, 1, 1 };
	f->input.dtb = (struct bytes){ tree, sizeof(tree) };
	assert_int_equal(plan(f, 0, 8 * GIB), 0);
	found = device_tree(plan_segment(&f->plan, "boot_params"));
	assert_int_equal(found.size, sizeof(tree));
	assert_memory_equal(found.data, tree, sizeof(tree));
	f->input.dtb.size = 0;
	assert_int_equal(plan(f, 0, 8 * GIB), 0);
	assert_int_equal(device_tree(plan_segment(&f->plan, "boot_params")).size, sizeof(running));
}

static void test_real_mode(void **state)
{
	struct fixture *f = *state;
	const struct segment *setup_code;
	uint64_t base;

	ask(f, OPTION_REAL_MODE);
	f->input.initrd = (struct bytes){ f->kernel, 5000 };
	assert_int_equal(plan(f, 0, 8 * GIB), 0);
	setup_code = plan_segment(&f->plan, "setup");
	base = setup_code->start;
	assert_int_equal(f->plan.mode, PLAN_REAL);
	assert_int_equal(f->plan.kernel.ds, base >> 4);
	assert_int_equal(f->plan.kernel.cs, (base >> 4) + 0x20);
	assert_int_equal(f->plan.kernel.ip, 0);
	assert_int_equal(f->plan.kernel.sp, 0xe000);
	assert_true(end_of(setup_code) <= 0xa0000);
	/* The code as it is, but for what a boot loader fills in. */
	assert_memory_equal(setup_code->content.data, f->kernel, 0x210);
	assert_memory_equal(setup_code->content.data + 0x258, f->kernel + 0x258,
			    KERNEL_SETUP_SIZE - 0x258);
	assert_int_equal(field(setup_code, 0x210, 1), 0xd0);
	assert_int_equal(field(setup_code, 0x211, 1), 0x81);
	assert_int_equal(field(setup_code, 0x214, 4), plan_segment(&f->plan, "kernel")->start);
	assert_int_equal(field(setup_code, 0x218, 4), plan_segment(&f->plan, "initrd")->start);
	assert_int_equal(field(setup_code, 0x21c, 4), 5000);
	assert_int_equal(field(setup_code, 0x224, 2), 0xde00);
	assert_int_equal(field(setup_code, 0x228, 4), base + 0xe000);
	assert_int_equal(field(setup_code, 0x250, 8), 0);
	assert_true(bytes_has(setup_code->content, 0xe000, f->input.cmdline,
			      strlen(f->input.cmdline) + 1));
	/* The header has 32 bits for it, and says how many of them count. */
	assert_int_equal(end_of(plan_segment(&f->plan, "initrd")), 2 * GIB);
	for (unsigned int i = 0; i < f->plan.count; i++)
		assert_string_not_equal(f->plan.segments[i].name, "boot_params");
}

static void test_real_mode_old(void **state)
{
	struct fixture *f = *state;
	const struct segment *setup_code;

	ask(f, OPTION_REAL_MODE);
	kernel_make_old(f->kernel, 0x200, 0x224);
	assert_int_equal(plan(f, 0, 8 * GIB), 0);
	setup_code = plan_segment(&f->plan, "setup");
	assert_int_equal(setup_code->start, 0x90000);
	assert_int_equal(f->plan.kernel.sp, 0x9800);
	assert_int_equal(field(setup_code, 0x20, 2), 0xa33f);
	assert_int_equal(field(setup_code, 0x22, 2), 0x9800);
	assert_int_equal(field(setup_code, 0x212, 2), 0x9800 + strlen(f->input.cmdline) + 1);
	assert_int_equal(field(setup_code, 0x211, 1), 1);
	assert_int_equal(field(setup_code, 0x214, 4), 0x100000);
	assert_int_equal(field(setup_code, 0x224, 4), 0xeeeeeeee); /* code, not ours to change */
	assert_true(bytes_has(setup_code->content, 0x9800, f->input.cmdline, 10));
	kernel_make_old(f->kernel, 0x201, 0x226);
	assert_int_equal(plan(f, 0, 8 * GIB), 0);
	assert_int_equal(field(plan_segment(&f->plan, "setup"), 0x211, 1), 0x81);
	assert_int_equal(field(plan_segment(&f->plan, "setup"), 0x224, 2), 0x9600);
	assert_int_equal(plan(f, 0x91000, 8 * GIB), -EADDRNOTAVAIL);
}

static void test_real_mode_refused(void **state)
{
	static const uint8_t tree[40];
	struct fixture *f = *state;

	ask(f, OPTION_REAL_MODE);
	f->request.crash = true;
	assert_refused(f, -ENOPROTOOPT,
		       "Can't use bzImage for crash dump purposes with real mode entry");
	f->request.crash = false;
	f->machine.firmware.has_efi = true;
	assert_refused(f, -ENOPROTOOPT, "needs a BIOS");
	f->machine.firmware.has_efi = false;
	f->input.dtb = (struct bytes){ tree, sizeof(tree) };
	assert_refused(f, -ENOPROTOOPT, "device tree");
	f->input.dtb.size = 0;
	ask(f, OPTION_PRESERVE_CONTEXT);
	assert_refused(f, -ENOPROTOOPT, "--load-preserve-context cannot be had with --real-mode");
	f->request.given &= ~OPTION_BIT(OPTION_PRESERVE_CONTEXT);
	f->kernel[0x1f1] = 39; /* and the boot sector: 20 KiB, all but 2 KiB of the file */
	put_le(f->kernel + 0x1f4, 4, (KERNEL_SIZE - 40 * 512) / 16);
	assert_int_equal(plan(f, 0, 8 * GIB), 0);
	ask(f, OPTION_ENTRY_32BIT);
	assert_refused(f, -ENOPROTOOPT, "give one of them");
}

static void test_real_mode_large_setup(void **state)
{
	struct fixture *f = *state;
	uint8_t *large = calloc(1, 70 * 512);

	assert_non_null(large);
	memcpy(large, f->kernel, KERNEL_SIZE);
	f->input.kernel = (struct bytes){ large, 70 * 512 };
	ask(f, OPTION_REAL_MODE);
	put_le(large + 0x1f4, 4, 1);
	large[0x1f1] = 63; /* 32 KiB */
	assert_int_equal(plan(f, 0, 8 * GIB), 0);
	large[0x1f1] = 64;
	assert_refused(f, -ENOTSUP, "16-bit code has 33280 bytes");
	free(large);
}

static void test_limits_of_purgatory(void **state)
{
	struct fixture *f = *state;
	struct placement where = { 0 };

	loader_bzimage64.purgatory(&f->request, &where);
	assert_int_equal(where.max, 0);
	loader_bzimage.purgatory(&f->request, &where);
	assert_int_equal(where.max, 4 * GIB);
	where.max = 0;
	ask(f, OPTION_ENTRY_32BIT);
	loader_bzimage64.purgatory(&f->request, &where);
	assert_int_equal(where.max, 4 * GIB);
	assert_null(loader_bzimage64.argument(&f->request));
	ask(f, OPTION_REAL_MODE);
	loader_bzimage64.purgatory(&f->request, &where);
	assert_int_equal(where.max, 0x90000);
	loader_bzimage.purgatory(&f->request, &where);
	assert_int_equal(where.max, 0x90000);
	assert_string_equal(loader_bzimage.argument(&f->request), "edd=skipmbr");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_entry_64),
		TEST(test_entry_32),
		TEST(test_five_levels),
		TEST(test_32_bit_kernel),
		TEST(test_64_bit_kernel_without_64_bit_entry),
		TEST(test_old_relocatable),
		TEST(test_not_relocatable),
		TEST(test_oldest_command_line),
		TEST(test_device_tree),
		TEST(test_real_mode),
		TEST(test_real_mode_old),
		TEST(test_real_mode_refused),
		TEST(test_real_mode_large_setup),
		TEST(test_limits_of_purgatory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
