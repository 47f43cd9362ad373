/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>

#include "kexec/elf_file.h"
#include "kexec/multiboot.h"

/* struct screen_info, the zero page's beginning: include/uapi/linux/screen_info.h. */
enum {
	OFF_VIDEO_TYPE = 0x0f, /* orig_video_isVGA */
	OFF_LFB_WIDTH = 0x12,
	OFF_LFB_HEIGHT = 0x14,
	OFF_LFB_DEPTH = 0x16,
	OFF_LFB_BASE = 0x18,
	OFF_LFB_LINELENGTH = 0x24,
	OFF_RED_SIZE = 0x26, /* then its position; then green and blue */
	OFF_CAPABILITIES = 0x36,
	OFF_EXT_LFB_BASE = 0x3a,
	VIDEO_TYPE_VLFB = 0x23, /* VESA */
	VIDEO_TYPE_EFI = 0x70,
	CAPABILITY_64BIT_BASE = 2,

	LOWER_END = 640 << 10,
	UPPER_START = 1 << 20,
};

bool multiboot_search(struct bytes file, uint32_t magic, size_t limit, size_t align,
		      unsigned int words, uint64_t *ret)
{
	size_t size = file.size < limit ? file.size : limit;

	for (uint64_t at = 0; range_within(at, words * 4, size); at += align) {
		uint32_t sum = 0, word = 0;

		if (!bytes_le32(file, at, &word) || word != magic)
			continue;
		for (unsigned int i = 0; i < words && bytes_le32(file, at + i * 4, &word); i++)
			sum += word;
		if (sum == 0) {
			*ret = at;
			return true;
		}
	}
	return false;
}

int multiboot_program(struct bytes file, uint64_t header_at, const struct multiboot_layout *layout,
		      struct program *ret, struct err *err)
{
	uint64_t into = (uint64_t)layout->header_addr - layout->load_addr;
	struct bytes content;
	uint64_t start, size;
	int r;

	if (layout->header_addr < layout->load_addr || into > header_at)
		return err_set(err, -EBADMSG,
			       "bad Multiboot image: its header at 0x%x does not fit its start at "
			       "0x%x",
			       layout->header_addr, layout->load_addr);
	start = header_at - into;
	size = layout->load_end_addr ? (uint64_t)layout->load_end_addr - layout->load_addr
				     : file.size - start;
	if (layout->load_end_addr && layout->load_end_addr < layout->load_addr)
		return err_set(err, -EBADMSG, "bad Multiboot image: it ends before it begins");
	if (!bytes_slice(file, start, size, &content))
		return err_set(err, -EBADMSG,
			       "looks like a Multiboot image, but is truncated: it has %zu bytes, "
			       "its header promises %llu",
			       file.size, (unsigned long long)(start + size));
	if (layout->bss_end_addr > layout->load_addr + size)
		size = layout->bss_end_addr - layout->load_addr;
	ret->entry = layout->entry;
	ret->align = 1;
	r = program_add(ret, layout->load_addr, size, content, err);
	return r == 0 ? program_settle(ret, err) : r;
}

int multiboot_elf(struct bytes file, struct program *ret, struct err *err)
{
	int r = elf_file_read(file, ELF_X86_32 | ELF_X86_64, ret, err);

	if (r == ELF_FILE_NOT_MINE)
		return err_set(
			err, -EBADMSG,
			"looks like a Multiboot image, but neither is it an ELF executable nor "
			"does it say where it is to lie");
	return r;
}

const struct memory_map *multiboot_memory(const struct load_input *input)
{
	return input->crash ? &input->crash->memory : &input->machine->firmware.memory;
}

uint32_t multiboot_memory_type(enum memory_type type)
{
	switch (type) {
	case MEMORY_RAM:
		return 1;
	case MEMORY_ACPI:
		return 3;
	case MEMORY_NVS:
		return 4;
	default:
		return 2;
	}
}

/* Where the RAM that begins at or before @start ends; @start if there is none. */
static uint64_t ram_end(const struct load_input *input, uint64_t start)
{
	const struct memory_map *map = multiboot_memory(input);

	for (size_t i = 0; i < map->count; i++)
		if (map->ranges[i].type == MEMORY_RAM && map->ranges[i].start <= start &&
		    map->ranges[i].end > start)
			return map->ranges[i].end;
	return start;
}

/* The first page is often kept from use and still counts here: it is there. */
uint32_t multiboot_lower(const struct load_input *input)
{
	uint64_t end = ram_end(input, PLAN_PAGE_SIZE);

	if (end == PLAN_PAGE_SIZE)
		return 0;
	return (uint32_t)((end < LOWER_END ? end : LOWER_END) >> 10);
}

uint32_t multiboot_upper(const struct load_input *input)
{
	uint64_t end = ram_end(input, UPPER_START);

	if (end > MULTIBOOT_MEMORY_MAX)
		end = MULTIBOOT_MEMORY_MAX;
	return (uint32_t)((end - UPPER_START) >> 10);
}

bool multiboot_screen(const struct load_input *input, struct multiboot_screen *ret)
{
	uint8_t page[BOOT_PARAMS_SIZE] = { 0 };
	const struct bytes params = { page, sizeof(page) };
	uint16_t width, height, depth, pitch;
	uint32_t base, high = 0, capabilities;

	screen_put(&input->machine->screen, SCREEN_AS_SHOWN, input->machine->firmware.boot_params,
		   page);
	if (page[OFF_VIDEO_TYPE] != VIDEO_TYPE_VLFB && page[OFF_VIDEO_TYPE] != VIDEO_TYPE_EFI)
		return false;
	if (!bytes_le16(params, OFF_LFB_WIDTH, &width) ||
	    !bytes_le16(params, OFF_LFB_HEIGHT, &height) ||
	    !bytes_le16(params, OFF_LFB_DEPTH, &depth) ||
	    !bytes_le16(params, OFF_LFB_LINELENGTH, &pitch) ||
	    !bytes_le32(params, OFF_LFB_BASE, &base) ||
	    !bytes_le32(params, OFF_CAPABILITIES, &capabilities) ||
	    ((capabilities & CAPABILITY_64BIT_BASE) &&
	     !bytes_le32(params, OFF_EXT_LFB_BASE, &high)))
		return false;
	*ret = (struct multiboot_screen){
		.address = (uint64_t)high << 32 | base,
		.pitch = pitch,
		.width = width,
		.height = height,
		.bits = (uint8_t)depth,
	};
	for (size_t i = 0; i < MULTIBOOT_FRAMEBUFFER_COLORS; i++)
		ret->colors[i] = page[OFF_RED_SIZE + (i ^ 1)];
	return ret->address != 0 && width != 0 && height != 0;
}

void multiboot_purgatory(_unused_ const struct request *request, struct placement *where)
{
	where->max = MULTIBOOT_MEMORY_MAX;
}

size_t multiboot_cmdline_max(_unused_ struct bytes kernel)
{
	return MULTIBOOT_CMDLINE_MAX;
}

bool multiboot_takes_efi(_unused_ struct bytes kernel)
{
	return true;
}
