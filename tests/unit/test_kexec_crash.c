/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a capture kernel gets: where it may lie, what memory it is told of, where the core is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "kexec/crash.h"
#include "tests/unit/kexec_map.h"
#include "tests/unit/kexec_plan.h"

static struct note_area note = { 0x5000000, 368 };

struct fixture {
	struct request request;
	struct machine machine;
	struct plan plan;
	struct crash crash;
};

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	assert_non_null(f);
	f->machine = (struct machine){
		.arch = arch_find("x86_64"),
		.kcore = { 0xffffffff81000000, 0x2000000, 0xffff888000000000 },
		.kernel_paddr = 0x1000000,
		.cpu_notes = &note,
		.cpu_count = 1,
		.vmcoreinfo = { 0x6000000, 0x1024 },
	};
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	plan_done(&f->plan);
	crash_done(&f->crash);
	memory_map_done(&f->machine.crash_windows);
	memory_map_done(&f->machine.firmware.memory);
	memory_map_done(&f->machine.dump);
	free(f);
	return 0;
}

static void add(struct memory_map *map, uint64_t start, uint64_t end, enum memory_type type)
{
	assert_int_equal(memory_map_add(map, start, end, type, NULL), 0);
}

/* A PC with its low memory in [@low, 0x9fc00) and a window at [@window, @window_end). */
static void fill(struct fixture *f, uint64_t low, uint64_t window, uint64_t window_end)
{
	struct machine *m = &f->machine;

	add(&m->firmware.memory, low, 0x9fc00, MEMORY_RAM);
	add(&m->firmware.memory, 0x9fc00, 0xa0000, MEMORY_RESERVED);
	add(&m->firmware.memory, 0x100000, 0x7fe00000, MEMORY_RAM);
	add(&m->firmware.memory, 0x7fe00000, 0x7ff00000, MEMORY_ACPI);
	add(&m->firmware.memory, 0x7ff00000, 0x80000000, MEMORY_NVS);
	add(&m->dump, low, 0x9fc00, MEMORY_RAM);
	add(&m->dump, 0x100000, 0x7fe00000, MEMORY_RAM);
	add(&m->crash_windows, window, window_end, MEMORY_RAM);
}

static int plan(struct fixture *f, struct err *err)
{
	struct memory_map room = { NULL };

	assert_int_equal(crash_room(&f->machine, &room, NULL), 0);
	plan_init(&f->plan, &room);
	return crash_plan(&f->request, &f->machine, &f->plan, &f->crash, err);
}

static void test_room(void **state)
{
	struct fixture *f = *state;
	struct memory_map room = { NULL };
	struct err err = ERR_INIT;

	f->machine.cmdline = (char[]){ "ro quiet" };
	assert_int_equal(crash_room(&f->machine, &room, &err), -ENODEV);
	assert_string_equal(err.text, "Memory for crashkernel is not reserved");
	f->machine.cmdline = (char[]){ "ro crashkernel=256M" };
	assert_int_equal(crash_room(&f->machine, &room, &err), -ENODEV);
	assert_non_null(strstr(err.text, "is not reserved, though crashkernel=256M asked for it"));
	assert_non_null(strstr(err.hint, "crashkernel=Y@X"));
	add(&f->machine.crash_windows, 0x30000000, 0x38000000, MEMORY_RAM);
	assert_int_equal(crash_room(&f->machine, &room, NULL), 0);
	assert_map(&room, "30000000-38000000:ram");
	memory_map_done(&room);
	/* With a second reservation for DMA, the kernel still loads into the high one only. */
	add(&f->machine.crash_windows, 0x880000000, 0x8a0000000, MEMORY_RAM);
	assert_int_equal(crash_room(&f->machine, &room, NULL), 0);
	assert_map(&room, "880000000-8a0000000:ram");
	memory_map_done(&room);
}

static void test_usual_pc(void **state)
{
	struct fixture *f = *state;
	const struct segment *backup, *header;

	fill(f, 0x1000, 0x30000000, 0x38000000);
	assert_int_equal(plan(f, NULL), 0);
	assert_int_equal(plan_check(&f->plan, NULL), 0);
	assert_int_equal(f->plan.count, 2);
	backup = plan_segment(&f->plan, "backup");
	header = plan_segment(&f->plan, "elfcorehdr");
	assert_non_null(backup);
	assert_non_null(header);
	assert_int_equal(backup->start, 0x37f61000);
	assert_int_equal(backup->size, 0x9f000);
	assert_int_equal(backup->content.size, 0); /* zeros until purgatory fills it */
	assert_int_equal(f->plan.backup.from, 0x1000);
	assert_int_equal(f->plan.backup.to, 0x37f61000);
	assert_int_equal(f->plan.backup.size, 0x9ec00);
	assert_int_equal(header->start, 0x37f5d000);
	assert_int_equal(header->size, 0x4000);
	assert_int_equal(header->content.size, 64 + 5 * 56);
	/* 0x37f5d000 / 1024 */
	assert_string_equal(f->crash.argument, "elfcorehdr=916852K");
	/* Neither the core header nor what is saved is memory to the capture kernel. */
	assert_map(&f->crash.memory, "1000-9fc00:ram 9fc00-a0000:reserved 30000000-37f5d000:ram "
				     "7fe00000-7ff00000:acpi 7ff00000-80000000:nvs");
}

/* One that the kernel will write into: as large as that needs, and not in the digest. */
static void test_hotplug(void **state)
{
	struct fixture *f = *state;
	const struct segment *header;

	fill(f, 0x1000, 0x30000000, 0x38000000);
	f->machine.elfcorehdr_size = 0x70039;
	f->request.given = OPTION_BIT(OPTION_HOTPLUG);
	assert_int_equal(plan(f, NULL), 0);
	header = plan_segment(&f->plan, "elfcorehdr");
	assert_int_equal(header->size, 0x71000);
	assert_int_equal(header->content.size, 64 + 5 * 56);
	assert_true(header->changes);
	assert_int_equal(f->plan.flags, 4); /* KEXEC_UPDATE_ELFCOREHDR */
	assert_map(&f->crash.memory, "1000-9fc00:ram 9fc00-a0000:reserved 30000000-37ef0000:ram "
				     "7fe00000-7ff00000:acpi 7ff00000-80000000:nvs");
}

/* Never smaller than what is in it now, whatever the kernel says. */
static void test_hotplug_too_small(void **state)
{
	struct fixture *f = *state;

	fill(f, 0x1000, 0x30000000, 0x38000000);
	for (uint64_t i = 0; i < 100; i++)
		add(&f->machine.dump, (i + 256) << 24, ((i + 256) << 24) + 0x1000, MEMORY_RAM);
	f->machine.elfcorehdr_size = 1024;
	assert_int_equal(plan(f, NULL), 0);
	assert_int_equal(plan_segment(&f->plan, "elfcorehdr")->size, 0x2000);
	assert_int_equal(plan_check(&f->plan, NULL), 0);
}

static void test_memmap(void **state)
{
	struct fixture *f = *state;

	fill(f, 0x1000, 0x30000000, 0x38000000);
	add(&f->machine.firmware.memory, 0x80000100, 0x80000300, MEMORY_ACPI);
	add(&f->machine.firmware.memory, 0x100000000, 0x140000000, MEMORY_PRAM);
	add(&f->machine.firmware.memory, 0x200000000, 0x240000000, MEMORY_PMEM);
	add(&f->machine.crash_windows, 0x20000000, 0x20018c00, MEMORY_RAM); /* 99 KiB */
	memory_map_normalise(&f->machine.crash_windows);
	assert_int_equal(plan(f, NULL), 0);
	assert_null(f->crash.memmap);
	plan_done(&f->plan);
	crash_done(&f->crash);
	f->crash = (struct crash){ .memmap = NULL };
	f->request.given = OPTION_BIT(OPTION_PASS_MEMMAP);
	assert_int_equal(plan(f, NULL), 0);
	assert_string_equal(f->crash.memmap,
			    "memmap=exactmap memmap=635K@4K memmap=130420K@786432K "
			    "memmap=1024K#2095104K memmap=1024K#2096128K "
			    "memmap=0x200#0x80000100 memmap=1048576K!4194304K");
}

/*
 * A kernel that runs while this one is kept: it has the room, the core is the rest, without
 * what this kernel could only show of itself where it is no more.
 */
static void test_context(void **state)
{
	struct fixture *f = *state;
	struct memory_map room = { NULL };
	struct bytes header;
	uint64_t paddr, offset;

	fill(f, 0x1000, 0x30000000, 0x38000000);
	add(&room, 0x1000, 0x9fc00, MEMORY_RAM);
	add(&room, 0x100000, 0x20000000, MEMORY_RAM);
	plan_init(&f->plan, &room);
	assert_int_equal(crash_plan_context(&f->machine, &f->plan, &f->crash, NULL), 0);
	assert_int_equal(f->plan.count, 1); /* nothing is saved by purgatory */
	assert_int_equal(f->plan.backup.size, 0);
	assert_int_equal(f->machine.dump.count, 2); /* as it was */
	assert_int_equal(f->machine.vmcoreinfo.size, 0x1024);
	header = plan_segment(&f->plan, "elfcorehdr")->content;
	assert_int_equal(header.size, 64 + 2 * 56); /* a CPU's notes, and the memory above */
	assert_true(bytes_le64(header, 64 + 56 + 8, &offset));
	assert_true(bytes_le64(header, 64 + 56 + 24, &paddr));
	assert_int_equal(paddr, 0x20000000);
	assert_int_equal(offset, 0x20000000);
	assert_map(&f->crash.memory, "1000-9fc00:ram 9fc00-a0000:reserved 100000-1fffc000:ram "
				     "7fe00000-7ff00000:acpi 7ff00000-80000000:nvs");
	/* 0x1fffc000 / 1024 */
	assert_string_equal(f->crash.argument, "elfcorehdr=524272K");
	assert_int_equal(plan_fill(&f->plan, "kept", NULL), 0);
	assert_int_equal(plan_check(&f->plan, NULL), 0);
}

/* The header says where the saved memory is: byte for byte what purgatory was told. */
static void test_header_names_the_backup(void **state)
{
	struct fixture *f = *state;
	struct bytes header;
	uint64_t offset, paddr;

	fill(f, 0x1000, 0x30000000, 0x38000000);
	assert_int_equal(plan(f, NULL), 0);
	header = plan_segment(&f->plan, "elfcorehdr")->content;
	assert_true(bytes_le64(header, 64 + 3 * 56 + 8, &offset));
	assert_true(bytes_le64(header, 64 + 3 * 56 + 24, &paddr));
	assert_int_equal(paddr, f->plan.backup.from);
	assert_int_equal(offset, f->plan.backup.to);
}

static void test_low_memory_from_zero(void **state)
{
	struct fixture *f = *state;

	fill(f, 0, 0x30000000, 0x38000000);
	assert_int_equal(plan(f, NULL), 0);
	assert_int_equal(f->plan.backup.from, 0);
	assert_int_equal(f->plan.backup.size, 0x9fc00);
	assert_int_equal(f->crash.memory.ranges[0].start, 0);
	assert_int_equal(f->crash.memory.ranges[0].end, 0x9fc00);
}

static void test_no_low_memory(void **state)
{
	struct fixture *f = *state;

	add(&f->machine.dump, 0x100000, 0x40000000, MEMORY_RAM);
	add(&f->machine.crash_windows, 0x30000000, 0x38000000, MEMORY_RAM);
	assert_int_equal(plan(f, NULL), 0);
	assert_int_equal(f->plan.count, 1);
	assert_int_equal(f->plan.backup.size, 0);
	assert_map(&f->crash.memory, "30000000-37ffc000:ram");
}

/* All ranges below 640 KiB are given to the capture kernel, and saved in one piece. */
static void test_low_memory_in_pieces(void **state)
{
	struct fixture *f = *state;
	struct bytes header;

	add(&f->machine.dump, 0x1000, 0x58000, MEMORY_RAM);
	add(&f->machine.dump, 0x59000, 0x9f800, MEMORY_RAM);
	add(&f->machine.dump, 0x100000, 0x200000, MEMORY_RAM);
	add(&f->machine.firmware.memory, 0x58000, 0x59000, MEMORY_RESERVED);
	add(&f->machine.crash_windows, 0x30000000, 0x38000000, MEMORY_RAM);
	assert_int_equal(plan(f, NULL), 0);
	assert_int_equal(f->plan.backup.from, 0x1000);
	assert_int_equal(f->plan.backup.size, 0x9e800);
	assert_int_equal(f->plan.backup.to, 0x37f61000);
	assert_map(&f->crash.memory, "1000-58000:ram 58000-59000:reserved 59000-9f800:ram "
				     "30000000-37f5d000:ram");
	header = plan_segment(&f->plan, "elfcorehdr")->content;
	for (uint64_t i = 0; i < 3; i++) {
		static const uint64_t places[] = { 0x37f61000, 0x37fb9000, 0x100000 };
		uint64_t offset, paddr;

		assert_true(bytes_le64(header, 64 + (3 + i) * 56 + 8, &offset));
		assert_true(bytes_le64(header, 64 + (3 + i) * 56 + 24, &paddr));
		assert_int_equal(paddr, f->machine.dump.ranges[i].start);
		assert_int_equal(offset, places[i]);
	}
}

static void test_high_window(void **state)
{
	struct fixture *f = *state;

	fill(f, 0x1000, 0x880000000, 0x8a0000000);
	add(&f->machine.crash_windows, 0x60000000, 0x70000000, MEMORY_RAM);
	memory_map_normalise(&f->machine.crash_windows);
	assert_int_equal(plan(f, NULL), 0);
	assert_int_equal(plan_segment(&f->plan, "elfcorehdr")->start, 0x89ff5d000);
	/* 0x89ff5d000 / 1024 */
	assert_string_equal(f->crash.argument, "elfcorehdr=36175220K");
	assert_map(&f->crash.memory,
		   "1000-9fc00:ram 9fc00-a0000:reserved 60000000-70000000:ram "
		   "7fe00000-7ff00000:acpi 7ff00000-80000000:nvs 880000000-89ff5d000:ram");
}

/* More memory ranges than 16 KiB of headers hold. */
static void test_many_ranges(void **state)
{
	struct fixture *f = *state;
	const struct segment *header;

	for (uint64_t i = 0; i < 1000; i++)
		add(&f->machine.dump, (i + 1) << 24, ((i + 1) << 24) + 0x1000, MEMORY_RAM);
	add(&f->machine.crash_windows, 0x30000000, 0x38000000, MEMORY_RAM);
	assert_int_equal(plan(f, NULL), 0);
	header = plan_segment(&f->plan, "elfcorehdr");
	assert_int_equal(header->content.size, 64 + 1003 * 56);
	assert_int_equal(header->size, 0xe000);
	assert_int_equal(plan_check(&f->plan, NULL), 0);
}

static void test_window_too_small(void **state)
{
	struct fixture *f = *state;
	struct err err = ERR_INIT;

	fill(f, 0x1000, 0x30000000, 0x300a2000); /* a page less than backup and header need */
	assert_int_equal(plan(f, &err), -EADDRNOTAVAIL);
	assert_non_null(strstr(err.text, "elfcorehdr"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_room),
		TEST(test_usual_pc),
		TEST(test_context),
		TEST(test_hotplug),
		TEST(test_hotplug_too_small),
		TEST(test_memmap),
		TEST(test_header_names_the_backup),
		TEST(test_low_memory_from_zero),
		TEST(test_no_low_memory),
		TEST(test_low_memory_in_pieces),
		TEST(test_high_window),
		TEST(test_many_ranges),
		TEST(test_window_too_small),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
