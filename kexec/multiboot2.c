/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Multiboot, version 2: "Multiboot2 Specification" version 2.0, 3. */
#include <errno.h>
#include <inttypes.h>

#include "kexec/buffer.h"
#include "kexec/efi_map.h"
#include "kexec/loader.h"
#include "kexec/modules.h"
#include "kexec/multiboot.h"

enum {
	LOADER_MAGIC = 0x36d76289, /* in eax */
	SEARCH_SIZE = 32768,
	TAG_ALIGN = 8,    /* of the header, the information, and the tags of both */
	HEADER_WORDS = 4, /* magic, architecture, length, checksum */
	HEADER_SIZE = 16,
	OFF_ARCHITECTURE = 4,
	OFF_HEADER_LENGTH = 8,
	ARCHITECTURE_I386 = 0,

	TAG_OPTIONAL = 1, /* of a header's tag: flags */
	TAG_SIZE = 8,     /* of a header's tag at least: type, flags, size */

	/* information tags */
	INFO_END = 0,
	INFO_CMDLINE = 1,
	INFO_LOADER_NAME = 2,
	INFO_MODULE = 3,
	INFO_BASIC_MEMORY = 4,
	INFO_MEMORY = 6,
	INFO_FRAMEBUFFER = 8,
	INFO_EFI64_TABLE = 12,
	INFO_ACPI_OLD = 14,
	INFO_ACPI_NEW = 15,
	INFO_EFI_MEMORY = 17,
	INFO_LOAD_BASE = 21,
	INFO_LAST = INFO_LOAD_BASE, /* none beyond is defined */

	MEMORY_ENTRY_SIZE = 24,
};

#define HEADER_MAGIC 0xe85250d6

/* Tags of the header. */
enum header_tag {
	HEADER_END = 0,
	HEADER_REQUEST = 1,
	HEADER_ADDRESS = 2,
	HEADER_ENTRY = 3,
	HEADER_CONSOLE = 4,
	HEADER_FRAMEBUFFER = 5,
	HEADER_MODULE_ALIGN = 6,
	HEADER_EFI_SERVICES = 7,
	HEADER_ENTRY_EFI32 = 8, /* these two count only with EFI's boot services */
	HEADER_ENTRY_EFI64 = 9,
	HEADER_RELOCATABLE = 10,
};

/* What the header asks for. */
struct header {
	uint64_t at; /* offset in the file */
	bool has_layout;
	bool has_entry;
	bool relocatable;
	struct multiboot_layout layout;
	uint32_t entry;
	uint32_t align;
	struct placement limits; /* if relocatable */
};

/* One tag of the header while it is read. */
struct tag {
	uint16_t type;
	uint16_t flags;
	struct bytes body; /* behind type, flags and size */
};

static int damaged(const struct tag *tag, struct err *err)
{
	return err_set(err, -EBADMSG, "bad Multiboot 2 image: its header's tag %u has %zu bytes",
		       tag->type, tag->body.size + TAG_SIZE);
}

/* All information that the specification knows is handed over where there is any. */
static int take_request(const struct tag *tag, struct err *err)
{
	uint32_t wanted;

	for (uint64_t at = 0; bytes_le32(tag->body, at, &wanted); at += 4)
		if (wanted > INFO_LAST && !(tag->flags & TAG_OPTIONAL))
			return err_set(err, -ENOTSUP,
				       "is a Multiboot 2 image that needs information of type "
				       "%" PRIu32 ", which is unknown",
				       wanted);
	return 0;
}

static int take_layout(const struct tag *tag, struct header *header, struct err *err)
{
	struct multiboot_layout *layout = &header->layout;

	header->has_layout = true;
	if (!bytes_le32(tag->body, 0, &layout->header_addr) ||
	    !bytes_le32(tag->body, 4, &layout->load_addr) ||
	    !bytes_le32(tag->body, 8, &layout->load_end_addr) ||
	    !bytes_le32(tag->body, 12, &layout->bss_end_addr))
		return damaged(tag, err);
	return 0;
}

static int take_entry(const struct tag *tag, struct header *header, struct err *err)
{
	header->has_entry = true;
	return bytes_le32(tag->body, 0, &header->entry) ? 0 : damaged(tag, err);
}

static int take_relocatable(const struct tag *tag, struct header *header, struct err *err)
{
	enum { PREFER_LOWEST = 1 };
	uint32_t min, last, preference;

	if (!bytes_le32(tag->body, 0, &min) || !bytes_le32(tag->body, 4, &last) ||
	    !bytes_le32(tag->body, 8, &header->align) || !bytes_le32(tag->body, 12, &preference))
		return damaged(tag, err);
	if (header->align & (header->align - 1))
		return err_set(err, -EBADMSG,
			       "bad Multiboot 2 image: its alignment 0x%" PRIx32
			       " is no power of two",
			       header->align);
	header->relocatable = true;
	header->limits = (struct placement){
		.min = min > MULTIBOOT_MIN_ADDRESS ? min : MULTIBOOT_MIN_ADDRESS,
		.max = (uint64_t)last + 1, /* of the image's last byte */
		.bottom_up = preference == PREFER_LOWEST,
	};
	return 0;
}

static int take_tag(const struct tag *tag, struct header *header, struct err *err)
{
	switch ((enum header_tag)tag->type) {
	case HEADER_REQUEST:
		return take_request(tag, err);
	case HEADER_ADDRESS:
		return take_layout(tag, header, err);
	case HEADER_ENTRY:
		return take_entry(tag, header, err);
	case HEADER_RELOCATABLE:
		return take_relocatable(tag, header, err);
	case HEADER_END:
	case HEADER_CONSOLE:
	case HEADER_FRAMEBUFFER:
	case HEADER_MODULE_ALIGN:
	case HEADER_ENTRY_EFI32:
	case HEADER_ENTRY_EFI64:
		return 0;
	case HEADER_EFI_SERVICES:
		if (tag->flags & TAG_OPTIONAL)
			return 0;
		return err_set(err, -ENOTSUP,
			       "is a Multiboot 2 image that needs EFI's boot services (tag %u), "
			       "which ended when this system started",
			       tag->type);
	}
	if (tag->flags & TAG_OPTIONAL)
		return 0;
	return err_set(err, -ENOTSUP,
		       "is a Multiboot 2 image whose header has a tag of the unknown type %u",
		       tag->type);
}

/* Return: false where the header ends without another tag. *@at goes on behind this one. */
static bool next_tag(struct bytes tags, uint64_t *at, struct tag *ret)
{
	uint32_t size;

	if (!bytes_le16(tags, *at, &ret->type) || !bytes_le16(tags, *at + 2, &ret->flags) ||
	    !bytes_le32(tags, *at + 4, &size) || size < TAG_SIZE ||
	    !bytes_slice(tags, *at + TAG_SIZE, size - TAG_SIZE, &ret->body))
		return false;
	*at += align_down((uint64_t)size + TAG_ALIGN - 1, TAG_ALIGN);
	return true;
}

/* Return: 0, PROBE_NOT_MINE, -errno. */
static int read_header(struct bytes file, struct header *header, struct err *err)
{
	struct bytes tags;
	struct tag tag = { .type = HEADER_CONSOLE };
	uint32_t architecture = 0, length = 0;
	uint64_t at = 0;
	int r = 0;

	if (!multiboot_search(file, HEADER_MAGIC, SEARCH_SIZE, TAG_ALIGN, HEADER_WORDS,
			      &header->at) ||
	    !bytes_le32(file, header->at + OFF_ARCHITECTURE, &architecture) ||
	    !bytes_le32(file, header->at + OFF_HEADER_LENGTH, &length))
		return PROBE_NOT_MINE;
	if (architecture != ARCHITECTURE_I386)
		return PROBE_NOT_MINE;
	if (length < HEADER_SIZE ||
	    !bytes_slice(file, header->at + HEADER_SIZE, length - HEADER_SIZE, &tags))
		return err_set(err, -EBADMSG,
			       "looks like a Multiboot 2 image, but is truncated in its header");
	while (r == 0 && tag.type != HEADER_END) {
		if (!next_tag(tags, &at, &tag))
			return err_set(err, -EBADMSG,
				       "bad Multiboot 2 image: its header has no last tag");
		r = take_tag(&tag, header, err);
	}
	return r;
}

/* The image as the header wants it. Return: 0, PROBE_NOT_MINE, -errno. */
static int read_image(struct bytes file, struct header *header, struct program *ret,
		      struct err *err)
{
	int r = read_header(file, header, err);

	if (r != 0)
		return r;
	if (header->has_layout && !header->has_entry)
		return err_set(err, -EBADMSG,
			       "bad Multiboot 2 image: its header has an address tag without an "
			       "entry");
	header->layout.entry = header->entry;
	r = header->has_layout ? multiboot_program(file, header->at, &header->layout, ret, err)
			       : multiboot_elf(file, ret, err);
	if (r < 0)
		return r;
	if (header->has_entry)
		ret->entry = header->entry;
	if (header->relocatable) {
		ret->movable = true;
		ret->aligned = true;
		ret->align = header->align;
	}
	return program_settle(ret, err);
}

static int probe(struct bytes kernel, struct err *err)
{
	_cleanup_(program_done) struct program program = { .parts = NULL };
	struct header header = { .at = 0 };

	return read_image(kernel, &header, &program, err);
}

/* Begin a tag of the information. Return: its offset. */
static size_t begin_tag(struct buffer *info, uint32_t type)
{
	size_t at = info->used;

	buffer_add_le(info, 4, type);
	buffer_add_le(info, 4, 0);
	return at;
}

/* Its size is known now; the next one begins aligned. */
static void end_tag(struct buffer *info, size_t at)
{
	buffer_set_le(info, at + 4, 4, info->used - at);
	buffer_align(info, TAG_ALIGN);
}

static void add_text(struct buffer *info, uint32_t type, const char *text)
{
	size_t at = begin_tag(info, type);

	buffer_add_text(info, text);
	end_tag(info, at);
}

static void add_modules(struct buffer *info, const struct modules *modules, const uint64_t *starts)
{
	for (size_t i = 0; i < modules->count; i++) {
		size_t at = begin_tag(info, INFO_MODULE);

		buffer_add_le(info, 4, starts[i]);
		buffer_add_le(info, 4, starts[i] + modules->items[i].file.bytes.size);
		buffer_add_text(info, modules->items[i].text);
		end_tag(info, at);
	}
}

static void add_memory(struct buffer *info, const struct load_input *input)
{
	const struct memory_map *map = multiboot_memory(input);
	size_t at = begin_tag(info, INFO_BASIC_MEMORY);

	buffer_add_le(info, 4, multiboot_lower(input));
	buffer_add_le(info, 4, multiboot_upper(input));
	end_tag(info, at);

	at = begin_tag(info, INFO_MEMORY);
	buffer_add_le(info, 4, MEMORY_ENTRY_SIZE);
	buffer_add_le(info, 4, 0); /* version */
	for (size_t i = 0; i < map->count; i++) {
		buffer_add_le(info, 8, map->ranges[i].start);
		buffer_add_le(info, 8, map->ranges[i].end - map->ranges[i].start);
		buffer_add_le(info, 4, multiboot_memory_type(map->ranges[i].type));
		buffer_add_le(info, 4, 0);
	}
	end_tag(info, at);
}

static void add_screen(struct buffer *info, const struct load_input *input)
{
	struct multiboot_screen screen;
	size_t at;

	if (!multiboot_screen(input, &screen))
		return;
	at = begin_tag(info, INFO_FRAMEBUFFER);
	buffer_add_le(info, 8, screen.address);
	buffer_add_le(info, 4, screen.pitch);
	buffer_add_le(info, 4, screen.width);
	buffer_add_le(info, 4, screen.height);
	buffer_add_le(info, 1, screen.bits);
	buffer_add_le(info, 1, MULTIBOOT_FRAMEBUFFER_RGB);
	buffer_add_le(info, 2, 0);
	buffer_add(info, screen.colors, sizeof(screen.colors));
	end_tag(info, at);
}

static void add_acpi(struct buffer *info, const struct rsdp *rsdp)
{
	size_t at;

	if (rsdp->size == 0)
		return;
	at = begin_tag(info, rsdp->size == RSDP_SIZE_1 ? INFO_ACPI_OLD : INFO_ACPI_NEW);
	buffer_add(info, rsdp->data, rsdp->size);
	end_tag(info, at);
}

/* EFI's boot services have ended, so there is only what is left for run time. */
static void add_efi(struct buffer *info, const struct firmware *fw)
{
	size_t at = begin_tag(info, INFO_EFI64_TABLE), map;

	buffer_add_le(info, 8, efi_system_table(fw->boot_params));
	end_tag(info, at);

	at = begin_tag(info, INFO_EFI_MEMORY);
	buffer_add_le(info, 4, EFI_DESCRIPTOR_SIZE);
	buffer_add_le(info, 4, EFI_DESCRIPTOR_VERSION);
	map = buffer_add_zeros(info, fw->efi.map_count * EFI_DESCRIPTOR_SIZE);
	if (!info->failed)
		efi_map_put(&fw->efi, info->data + map);
	end_tag(info, at);
}

static void build_info(const struct load_input *input, const uint64_t *starts, uint64_t load_base,
		       bool relocated, struct buffer *info)
{
	size_t at;

	buffer_add_zeros(info, 8); /* size of all, reserved */
	add_text(info, INFO_CMDLINE, input->cmdline);
	add_text(info, INFO_LOADER_NAME, MULTIBOOT_LOADER);
	add_memory(info, input);
	add_modules(info, input->modules, starts);
	add_screen(info, input);
	add_acpi(info, &input->rsdp);
	if (input->efi)
		add_efi(info, &input->machine->firmware);
	if (relocated) {
		at = begin_tag(info, INFO_LOAD_BASE);
		buffer_add_le(info, 4, load_base);
		end_tag(info, at);
	}
	at = begin_tag(info, INFO_END);
	end_tag(info, at);
	buffer_set_le(info, 0, 4, info->used);
}

static int plan_info(const struct load_input *input, const uint64_t *starts,
		     const struct program *program, uint64_t moved, struct plan *plan,
		     struct err *err)
{
	const struct placement where = { .min = MULTIBOOT_MIN_ADDRESS,
					 .max = MULTIBOOT_MEMORY_MAX };
	_cleanup_(buffer_done) struct buffer info = { .data = NULL };
	struct segment *s;
	int r;

	build_info(input, starts, program->parts[0].start + moved, program->movable, &info);
	r = buffer_place(&info, plan, "multiboot2", &where, &s, err);
	if (r == 0)
		plan->kernel.bx = s->start;
	return r;
}

static int plan_multiboot2(const struct load_input *input, struct plan *plan, struct err *err)
{
	const struct placement where = { .min = MULTIBOOT_MIN_ADDRESS,
					 .max = MULTIBOOT_MEMORY_MAX };
	_cleanup_(program_done) struct program program = { .parts = NULL };
	struct header header = { .limits.max = MULTIBOOT_MEMORY_MAX };
	uint64_t starts[REQUEST_FILES_MAX];
	uint64_t moved;
	int r = read_image(input->kernel, &header, &program, err);

	if (r == 0)
		r = program_place(&program, &header.limits, plan, &moved, err);
	if (r == 0)
		r = modules_place(input->modules, &where, plan, starts, err);
	if (r == 0)
		r = plan_info(input, starts, &program, moved, plan, err);
	if (r < 0)
		return r;
	plan->kernel.ip = program.entry + moved;
	plan->kernel.ax = LOADER_MAGIC;
	plan->mode = PLAN_PROTECTED;
	return 0;
}

const struct loader loader_multiboot2 = {
	.name = "multiboot2-x86",
	.named = true,
	.wants_rsdp = true,
	.honours = OPTION_BIT(OPTION_APPEND) | OPTION_BIT(OPTION_REUSE_CMDLINE) |
		   OPTION_BIT(OPTION_MODULE),
	.probe = probe,
	.purgatory = multiboot_purgatory,
	.cmdline_max = multiboot_cmdline_max,
	.takes_efi = multiboot_takes_efi,
	.plan = plan_multiboot2,
};
