/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A machine, modules and a plan for the tests of both versions of Multiboot, and what their
 * kernels find in memory.
 */
#ifndef TESTS_UNIT_KEXEC_MULTIBOOT_H
#define TESTS_UNIT_KEXEC_MULTIBOOT_H

#include <stdlib.h>

#include "kexec/loader.h"
#include "tests/unit/kexec_elf.h"

enum { MODULE_SIZE = 5000 };

struct multiboot_fixture {
	uint8_t kernel[ELF_FILE_SIZE];
	uint8_t module[MODULE_SIZE];
	uint8_t running[BOOT_PARAMS_SIZE];
	struct machine machine;
	struct request request;
	struct modules modules;
	struct load_input input;
	struct plan plan;
};

static const struct elf_load multiboot_load[] = {
	{ 0x1000, 0xc0100000, 0x100000, 0x2000, 0x4000, 0x1000 },
};

static inline void multiboot_range(struct memory_map *map, uint64_t start, uint64_t end,
				   enum memory_type type)
{
	assert_int_equal(memory_map_add(map, start, end, type, NULL), 0);
}

static inline int multiboot_setup(void **state)
{
	struct multiboot_fixture *f = calloc(1, sizeof(*f));
	struct memory_map *memory;
	struct memory_map room = { NULL };

	assert_non_null(f);
	memory = &f->machine.firmware.memory;
	elf_make(f->kernel, 32, 0xc0100100, multiboot_load, 1);
	for (unsigned int i = 0; i < MODULE_SIZE; i++)
		f->module[i] = (uint8_t)(i * 3 + i / 256);
	f->input = (struct load_input){
		.kernel = { f->kernel, sizeof(f->kernel) },
		.cmdline = "xen.gz com1=115200,8n1",
		.machine = &f->machine,
		.request = &f->request,
		.modules = &f->modules,
	};
	multiboot_range(memory, 0, 0x9fc00, MEMORY_RAM);
	multiboot_range(memory, 0x9fc00, 0xa0000, MEMORY_RESERVED);
	multiboot_range(memory, 0x100000, 0xbffe0000, MEMORY_RAM);
	multiboot_range(memory, 0xbffe0000, 0xbfff0000, MEMORY_ACPI);
	multiboot_range(memory, 0xbfff0000, 0xc0000000, MEMORY_NVS);
	multiboot_range(memory, 0x100000000, 0x200000000, MEMORY_RAM);
	multiboot_range(memory, 0x200000000, 0x210000000, MEMORY_PMEM);
	multiboot_range(&room, 0x1000, 0x9f000, MEMORY_RAM);
	multiboot_range(&room, 0x100000, 0xbffe0000, MEMORY_RAM);
	multiboot_range(&room, 0x100000000, 0x200000000, MEMORY_RAM);
	plan_init(&f->plan, &room);
	*state = f;
	return 0;
}

static inline int multiboot_teardown(void **state)
{
	struct multiboot_fixture *f = *state;

	plan_done(&f->plan);
	memory_map_done(&f->machine.firmware.memory);
	free(f);
	return 0;
}

/**
 * multiboot_probe() - have @loader look at the kernel's first @size bytes, in a block of just that
 * size. @text: what its message must hold; NULL: anything. Return: its answer.
 */
static inline int multiboot_probe(const struct loader *loader, const struct multiboot_fixture *f,
				  size_t size, const char *text)
{
	struct err err = ERR_INIT;
	uint8_t *copy = malloc(size ? size : 1);
	int r;

	assert_non_null(copy);
	memcpy(copy, f->kernel, size);
	r = loader->probe((struct bytes){ copy, size }, &err);
	free(copy);
	if (text && !strstr(err.text, text))
		print_message("# message: %s\n", err.text);
	assert_true(!text || strstr(err.text, text));
	return r;
}

/** multiboot_add_module() - one of @size bytes of the fixture's. */
static inline void multiboot_add_module(struct multiboot_fixture *f, const char *text, size_t size)
{
	f->modules.items[f->modules.count++] = (struct module){
		.file = { .fd = -1, .bytes = { f->module, size } },
		.text = text,
	};
}

/** multiboot_show_screen() - let the running kernel have a frame buffer above 4 GiB. */
static inline void multiboot_show_screen(struct multiboot_fixture *f)
{
	static const uint8_t colors[] = { 8, 16, 7, 9, 6, 1, 8, 24 }; /* size, position */
	uint8_t *page = f->running;

	page[0x0f] = 0x70;
	put_le(page + 0x12, 2, 1920);
	put_le(page + 0x14, 2, 1080);
	put_le(page + 0x16, 2, 32);
	put_le(page + 0x18, 4, 0x80000000);
	put_le(page + 0x24, 2, 7680);
	memcpy(page + 0x26, colors, sizeof(colors));
	put_le(page + 0x36, 4, 2);
	put_le(page + 0x3a, 4, 0x40);
	f->machine.firmware.boot_params = f->running;
}

/** multiboot_at() - the bytes that memory will hold from @address on. */
static inline struct bytes multiboot_at(const struct multiboot_fixture *f, uint64_t address)
{
	struct bytes ret;

	for (unsigned int i = 0; i < f->plan.count; i++) {
		const struct segment *s = &f->plan.segments[i];

		if (address >= s->start && address < s->start + s->size &&
		    address - s->start <= s->content.size) {
			assert_true(bytes_slice(s->content, address - s->start,
						s->content.size - (address - s->start), &ret));
			return ret;
		}
	}
	fail_msg("nothing at 0x%llx", (unsigned long long)address);
	return (struct bytes){ NULL };
}

static inline uint64_t multiboot_field(struct bytes b, uint64_t offset, unsigned int width)
{
	uint64_t v = 0;

	assert_true(bytes_uint(b, offset, width, false, &v));
	return v;
}

/** multiboot_assert_module() - does @at hold @size bytes of the fixture's module, on pages? */
static inline void multiboot_assert_module(const struct multiboot_fixture *f, uint64_t start,
					   uint64_t end, size_t size)
{
	assert_int_equal(start % 4096, 0);
	assert_int_equal(end - start, size);
	assert_true(end < 0x100000000);
	if (size > 0)
		assert_true(bytes_has(multiboot_at(f, start), 0, f->module, size));
}

#endif
