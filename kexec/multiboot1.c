/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Multiboot, version 1: "Multiboot Specification" version 0.6.96, 3. */
#include <errno.h>
#include <string.h>

#include "kexec/buffer.h"
#include "kexec/loader.h"
#include "kexec/modules.h"
#include "kexec/multiboot.h"

enum {
	HEADER_MAGIC = 0x1badb002,
	LOADER_MAGIC = 0x2badb002, /* in eax */
	SEARCH_SIZE = 8192,
	SEARCH_ALIGN = 4,
	HEADER_WORDS = 3, /* magic, flags, checksum */
	OFF_LAYOUT = 12,

	/* of the header's flags */
	WANTS_KNOWN = 0x7, /* pages for modules, memory, video mode */
	WANTS_MASK = 0xffff,
	HAS_LAYOUT = 1 << 16,

	/* struct multiboot_info */
	OFF_FLAGS = 0,
	OFF_MEM_LOWER = 4,
	OFF_MEM_UPPER = 8,
	OFF_CMDLINE = 16,
	OFF_MODS_COUNT = 20,
	OFF_MODS_ADDR = 24,
	OFF_MMAP_LENGTH = 44,
	OFF_MMAP_ADDR = 48,
	OFF_LOADER_NAME = 64,
	OFF_FRAMEBUFFER = 88,
	INFO_SIZE = 116,

	INFO_MEMORY = 1 << 0,
	INFO_CMDLINE = 1 << 2,
	INFO_MODULES = 1 << 3,
	INFO_MMAP = 1 << 6,
	INFO_LOADER_NAME = 1 << 9,
	INFO_FRAMEBUFFER = 1 << 12,

	MMAP_ENTRY = 20, /* bytes behind the field that holds this */
};

static int check_flags(uint32_t flags, struct err *err)
{
	uint32_t unknown = flags & WANTS_MASK & ~(uint32_t)WANTS_KNOWN;

	if (unknown)
		return err_set(err, -ENOTSUP,
			       "is a Multiboot image that asks for what nobody knows (flags 0x%x)",
			       unknown);
	return 0;
}

static int read_layout(struct bytes file, uint64_t at, struct multiboot_layout *ret,
		       struct err *err)
{
	if (bytes_le32(file, at + OFF_LAYOUT, &ret->header_addr) &&
	    bytes_le32(file, at + OFF_LAYOUT + 4, &ret->load_addr) &&
	    bytes_le32(file, at + OFF_LAYOUT + 8, &ret->load_end_addr) &&
	    bytes_le32(file, at + OFF_LAYOUT + 12, &ret->bss_end_addr) &&
	    bytes_le32(file, at + OFF_LAYOUT + 16, &ret->entry))
		return 0;
	return err_set(err, -EBADMSG,
		       "looks like a Multiboot image, but is truncated in its header");
}

/* Return: 0, PROBE_NOT_MINE, -errno. */
static int read_image(struct bytes file, struct program *ret, struct err *err)
{
	struct multiboot_layout layout;
	uint32_t flags = 0;
	uint64_t at;
	int r;

	if (!multiboot_search(file, HEADER_MAGIC, SEARCH_SIZE, SEARCH_ALIGN, HEADER_WORDS, &at) ||
	    !bytes_le32(file, at + 4, &flags))
		return PROBE_NOT_MINE;
	r = check_flags(flags, err);
	if (r < 0)
		return r;
	if (!(flags & HAS_LAYOUT))
		return multiboot_elf(file, ret, err);
	r = read_layout(file, at, &layout, err);
	return r == 0 ? multiboot_program(file, at, &layout, ret, err) : r;
}

static int probe(struct bytes kernel, struct err *err)
{
	_cleanup_(program_done) struct program program = { .parts = NULL };

	return read_image(kernel, &program, err);
}

static void add_memory(struct buffer *info, const struct load_input *input, uint64_t base)
{
	const struct memory_map *map = multiboot_memory(input);
	size_t at;

	buffer_align(info, 8);
	at = info->used;
	for (size_t i = 0; i < map->count; i++) {
		buffer_add_le(info, 4, MMAP_ENTRY);
		buffer_add_le(info, 8, map->ranges[i].start);
		buffer_add_le(info, 8, map->ranges[i].end - map->ranges[i].start);
		buffer_add_le(info, 4, multiboot_memory_type(map->ranges[i].type));
	}
	buffer_set_le(info, OFF_MMAP_LENGTH, 4, info->used - at);
	buffer_set_le(info, OFF_MMAP_ADDR, 4, base + at);
	buffer_set_le(info, OFF_MEM_LOWER, 4, multiboot_lower(input));
	buffer_set_le(info, OFF_MEM_UPPER, 4, multiboot_upper(input));
}

static void add_modules(struct buffer *info, const struct modules *modules, const uint64_t *starts,
			uint64_t base)
{
	size_t list = buffer_add_zeros(info, modules->count * 16);

	for (size_t i = 0; i < modules->count; i++) {
		size_t text = buffer_add_text(info, modules->items[i].text);

		buffer_set_le(info, list + i * 16, 4, starts[i]);
		buffer_set_le(info, list + i * 16 + 4, 4,
			      starts[i] + modules->items[i].file.bytes.size);
		buffer_set_le(info, list + i * 16 + 8, 4, base + text);
	}
	buffer_set_le(info, OFF_MODS_COUNT, 4, modules->count);
	buffer_set_le(info, OFF_MODS_ADDR, 4, base + list);
}

static uint32_t add_screen(struct buffer *info, const struct load_input *input)
{
	struct multiboot_screen screen;

	if (!multiboot_screen(input, &screen))
		return 0;
	buffer_set_le(info, OFF_FRAMEBUFFER, 8, screen.address);
	buffer_set_le(info, OFF_FRAMEBUFFER + 8, 4, screen.pitch);
	buffer_set_le(info, OFF_FRAMEBUFFER + 12, 4, screen.width);
	buffer_set_le(info, OFF_FRAMEBUFFER + 16, 4, screen.height);
	buffer_set_le(info, OFF_FRAMEBUFFER + 20, 1, screen.bits);
	buffer_set_le(info, OFF_FRAMEBUFFER + 21, 1, MULTIBOOT_FRAMEBUFFER_RGB);
	for (size_t i = 0; i < MULTIBOOT_FRAMEBUFFER_COLORS; i++)
		buffer_set_le(info, OFF_FRAMEBUFFER + 22 + i, 1, screen.colors[i]);
	return INFO_FRAMEBUFFER;
}

/* All in one piece, which is to lie at @base. */
static void build_info(const struct load_input *input, const uint64_t *starts, uint64_t base,
		       struct buffer *info)
{
	uint32_t flags = INFO_MEMORY | INFO_CMDLINE | INFO_MODULES | INFO_MMAP | INFO_LOADER_NAME;

	buffer_add_zeros(info, INFO_SIZE);
	flags |= add_screen(info, input);
	add_memory(info, input, base);
	add_modules(info, input->modules, starts, base);
	buffer_set_le(info, OFF_CMDLINE, 4, base + buffer_add_text(info, input->cmdline));
	buffer_set_le(info, OFF_LOADER_NAME, 4, base + buffer_add_text(info, MULTIBOOT_LOADER));
	buffer_set_le(info, OFF_FLAGS, 4, flags);
}

static int plan_info(const struct load_input *input, const uint64_t *starts, struct plan *plan,
		     struct err *err)
{
	const struct placement where = { .min = MULTIBOOT_MIN_ADDRESS,
					 .max = MULTIBOOT_MEMORY_MAX };
	_cleanup_(buffer_done) struct buffer sized = { .data = NULL };
	_cleanup_(buffer_done) struct buffer info = { .data = NULL };
	struct segment *s;
	int r;

	/* Its size is that of any other place's; its addresses are not. */
	build_info(input, starts, 0, &sized);
	r = buffer_place(&sized, plan, "multiboot", &where, &s, err);
	if (r < 0)
		return r;
	build_info(input, starts, s->start, &info);
	if (info.failed)
		return err_oom(err);
	memcpy(s->owned, info.data, info.used);
	plan->kernel.ax = LOADER_MAGIC;
	plan->kernel.bx = s->start;
	return 0;
}

static int plan_multiboot(const struct load_input *input, struct plan *plan, struct err *err)
{
	const struct placement where = { .min = MULTIBOOT_MIN_ADDRESS,
					 .max = MULTIBOOT_MEMORY_MAX };
	_cleanup_(program_done) struct program program = { .parts = NULL };
	uint64_t starts[REQUEST_FILES_MAX];
	uint64_t moved;
	int r = read_image(input->kernel, &program, err);

	if (r == 0)
		r = program_place(&program, &(struct placement){ .max = where.max }, plan, &moved,
				  err);
	if (r == 0)
		r = modules_place(input->modules, &where, plan, starts, err);
	if (r == 0)
		r = plan_info(input, starts, plan, err);
	if (r < 0)
		return r;
	plan->kernel.ip = program.entry + moved;
	plan->mode = PLAN_PROTECTED;
	return 0;
}

const struct loader loader_multiboot = {
	.name = "multiboot-x86",
	.named = true,
	.honours = OPTION_BIT(OPTION_APPEND) | OPTION_BIT(OPTION_REUSE_CMDLINE) |
		   OPTION_BIT(OPTION_MODULE),
	.probe = probe,
	.purgatory = multiboot_purgatory,
	.cmdline_max = multiboot_cmdline_max,
	.takes_efi = multiboot_takes_efi,
	.plan = plan_multiboot,
};
