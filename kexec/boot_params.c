/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "kexec/boot_params.h"
#include "kexec/e820.h"
#include "kexec/efi_map.h"

/* Offsets in the zero page. */
enum {
	OFF_EXT_MEM_K = 0x002,
	OFF_CL_MAGIC = 0x020,
	OFF_CL_OFFSET = 0x022,
	OFF_ACPI_RSDP = 0x070,
	OFF_EXT_RAMDISK_IMAGE = 0x0c0,
	OFF_EXT_RAMDISK_SIZE = 0x0c4,
	OFF_EXT_CMD_LINE_PTR = 0x0c8,
	OFF_EFI_INFO = 0x1c0,
	EFI_INFO_SIZE = 0x20,
	OFF_ALT_MEM_K = 0x1e0,
	OFF_E820_ENTRIES = 0x1e8,
	OFF_SECURE_BOOT = 0x1ec,
	OFF_ROOT_FLAGS = 0x1f2,
	OFF_ROOT_DEV = 0x1fc,
	OFF_TYPE_OF_LOADER = 0x210,
	OFF_LOADFLAGS = 0x211,
	OFF_RAMDISK_IMAGE = 0x218,
	OFF_RAMDISK_SIZE = 0x21c,
	OFF_CMD_LINE_PTR = 0x228,
	OFF_HARDWARE_SUBARCH = 0x23c,
	HARDWARE_SUBARCH_SIZE = 12, /* with its data */
	OFF_SETUP_DATA = 0x250,
	OFF_E820_TABLE = 0x2d0,

	/* within efi_info */
	EFI_MEMDESC_SIZE = 0x08,
	EFI_MEMDESC_VERSION = 0x0c,
	EFI_MEMMAP = 0x10,
	EFI_MEMMAP_SIZE = 0x14,
	EFI_MEMMAP_HI = 0x1c,

	CL_MAGIC = 0xa33f, /* of the command line in protocols before 2.02 */
	MIB = 1 << 20,
	EXT_MEM_K_MAX = 0xfc00, /* as int 15h, ah = 88h tells it: 64 MiB less the first one */
	LOADER_KEXEC = 0xd0,    /* type_of_loader: kexec */
	LOADFLAGS_LOADED_HIGH = 1,
	ROOT_DEV_NONE = 0x0300, /* /dev/hda, which stands for nothing today */
	SETUP_DATA_HEADER = 16, /* u64 next, u32 type, u32 length */
	SETUP_DATA_ALIGN = 16,
	SETUP_E820_EXT = 1,
	SETUP_DTB = 2,
	SETUP_EFI = 4,
	SETUP_RNG_SEED = 9,
	EFI_SETUP_SIZE = 96,         /* fw_vendor, runtime, tables, smbios, reserved[8] */
	PARAMS_MIN_ADDRESS = 0x3000, /* above what firmware keeps at the bottom */
	LOW_MEMORY_END = 0xa0000,
};

/* The segment while it is filled. */
struct params {
	uint8_t *page;    /* the segment's content; the zero page comes first */
	uint64_t address; /* where it will be */
	size_t used;      /* bytes */
	size_t size;
	uint64_t last_next; /* offset of the last list node's next pointer */
};

static size_t aligned(size_t size)
{
	return (size + SETUP_DATA_ALIGN - 1) & ~(size_t)(SETUP_DATA_ALIGN - 1);
}

/* Append a node to the list of setup_data. Return: its data, @len zero bytes. */
static uint8_t *add_setup_data(struct params *params, uint32_t type, size_t len)
{
	size_t at = aligned(params->used);
	uint8_t *node = params->page + at;

	put_le(params->page + params->last_next, 8, params->address + at);
	params->last_next = at;
	put_le(node + 8, 4, type);
	put_le(node + 12, 4, len);
	params->used = at + SETUP_DATA_HEADER + len;
	return node + SETUP_DATA_HEADER;
}

static void put_memory(struct params *params, const struct memory_map *map)
{
	size_t inline_count = map->count < E820_PAGE_MAX ? map->count : E820_PAGE_MAX;
	size_t more = map->count - inline_count;
	uint8_t *p = params->page + OFF_E820_TABLE;

	params->page[OFF_E820_ENTRIES] = (uint8_t)inline_count;
	for (size_t i = 0; i < inline_count; i++)
		e820_put(p + i * E820_ENTRY_SIZE, &map->ranges[i]);
	if (more == 0)
		return;
	p = add_setup_data(params, SETUP_E820_EXT, more * E820_ENTRY_SIZE);
	for (size_t i = 0; i < more; i++)
		e820_put(p + i * E820_ENTRY_SIZE, &map->ranges[inline_count + i]);
}

/* The memory from 1 MiB on, as a BIOS tells its size, for programs that know no e820. */
static void put_memory_size(uint8_t *page, const struct memory_map *map)
{
	put_le(page + OFF_EXT_MEM_K, 2, 0); /* the running kernel's, in its screen's block */
	for (size_t i = 0; i < map->count; i++) {
		const struct memory_range *range = &map->ranges[i];
		uint64_t kib;

		if (range->type != MEMORY_RAM || range->start > MIB || range->end <= MIB)
			continue;
		kib = (range->end - MIB) / 1024;
		put_le(page + OFF_EXT_MEM_K, 2, kib < EXT_MEM_K_MAX ? kib : EXT_MEM_K_MAX);
		put_le(page + OFF_ALT_MEM_K, 4, kib < UINT32_MAX ? kib : UINT32_MAX);
	}
}

/* A capture kernel has a few MiB: what it can do without is left out. */
static bool takes_block(const struct load_input *input, const struct setup_data *block)
{
	if (block->type == SETUP_DTB && input->dtb.size)
		return false; /* there is another one */
	return !input->crash || block->small;
}

static void put_blocks(struct params *params, const struct load_input *input)
{
	const struct setup_data_list *list = &input->machine->firmware.setup_data;

	for (size_t i = 0; i < list->count; i++) {
		const struct setup_data *block = &list->items[i];

		if (takes_block(input, block))
			memcpy(add_setup_data(params, block->type, block->size), block->data,
			       block->size);
	}
}

static void put_screen(uint8_t *page, const struct load_input *input)
{
	enum screen_wish wish = SCREEN_AS_SHOWN;

	if (request_has(input->request, OPTION_RESET_VGA))
		wish = SCREEN_TEXT;
	else if (request_has(input->request, OPTION_REUSE_VIDEO_TYPE))
		wish = SCREEN_REUSE_TYPE;
	screen_put(&input->machine->screen, wish, input->machine->firmware.boot_params, page);
}

/* What the running kernel was told of the machine and nobody else will tell the next one. */
static void put_machine(uint8_t *page, const struct firmware *fw)
{
	edd_put(&fw->edd, page);
	if (!fw->boot_params)
		return;
	page[OFF_SECURE_BOOT] = fw->boot_params[OFF_SECURE_BOOT];
	memcpy(page + OFF_HARDWARE_SUBARCH, fw->boot_params + OFF_HARDWARE_SUBARCH,
	       HARDWARE_SUBARCH_SIZE);
}

/* EFI's memory map, placed in the segment, and the addresses that SetVirtualAddressMap()
 * has made unfindable (arch/x86/platform/efi/quirks.c: efi_reuse_config()). */
static void put_efi(struct params *params, const struct firmware *fw)
{
	const struct efi_facts *efi = &fw->efi;
	uint8_t *info = params->page + OFF_EFI_INFO;
	size_t at = aligned(params->used);
	uint64_t map = params->address + at;
	uint8_t *data;

	memcpy(info, fw->boot_params + OFF_EFI_INFO, EFI_INFO_SIZE);
	put_le(info + EFI_MEMDESC_SIZE, 4, EFI_DESCRIPTOR_SIZE);
	put_le(info + EFI_MEMDESC_VERSION, 4, EFI_DESCRIPTOR_VERSION);
	put_le(info + EFI_MEMMAP, 4, map);
	put_le(info + EFI_MEMMAP_HI, 4, map >> 32);
	put_le(info + EFI_MEMMAP_SIZE, 4, efi->map_count * EFI_DESCRIPTOR_SIZE);
	efi_map_put(efi, params->page + at);
	params->used = at + efi->map_count * EFI_DESCRIPTOR_SIZE;
	data = add_setup_data(params, SETUP_EFI, EFI_SETUP_SIZE);
	put_le(data, 8, efi->fw_vendor);
	put_le(data + 8, 8, efi->runtime);
	put_le(data + 16, 8, efi->config_table);
	put_le(data + 24, 8, efi->smbios);
}

static void put_address(uint8_t *page, unsigned int low, unsigned int high, uint64_t v)
{
	put_le(page + low, 4, v);
	put_le(page + high, 4, v >> 32);
}

static void put_header(struct params *params, const struct load_input *input,
		       const struct bzimage *bz, uint64_t initrd_at)
{
	uint8_t *page = params->page;

	memcpy(page + BZIMAGE_HEADER_START, bz->header.data, bz->header.size);
	page[OFF_TYPE_OF_LOADER] = LOADER_KEXEC;
	page[OFF_LOADFLAGS] = LOADFLAGS_LOADED_HIGH;
	put_le(page + OFF_ROOT_FLAGS, 2, 0xffff); /* mount it read-only, unless told */
	put_le(page + OFF_ROOT_DEV, 2, ROOT_DEV_NONE);
	put_le(page + OFF_SETUP_DATA, 8, 0);
	put_address(page, OFF_RAMDISK_IMAGE, OFF_EXT_RAMDISK_IMAGE, initrd_at);
	put_address(page, OFF_RAMDISK_SIZE, OFF_EXT_RAMDISK_SIZE, input->initrd.size);
	put_address(page, OFF_CMD_LINE_PTR, OFF_EXT_CMD_LINE_PTR,
		    params->address + BOOT_PARAMS_SIZE);
	put_le(page + OFF_CL_MAGIC, 2, CL_MAGIC);
	put_le(page + OFF_CL_OFFSET, 2, BOOT_PARAMS_SIZE);
	put_le(page + OFF_ACPI_RSDP, 8, input->machine->firmware.acpi_rsdp);
	params->last_next = OFF_SETUP_DATA;
}

static const struct memory_map *memory_of(const struct load_input *input)
{
	return input->crash ? &input->crash->memory : &input->machine->firmware.memory;
}

/* A kernel that may return is told the way by purgatory, behind its command line. */
static size_t cmdline_room(const struct load_input *input)
{
	bool returns = request_has(input->request, OPTION_PRESERVE_CONTEXT);

	return strlen(input->cmdline) + (returns ? PURGATORY_RETURN_SIZE : 1);
}

/* Bytes that the segment's parts take, each rounded up to where the next one may start. */
static size_t content_size(const struct load_input *input)
{
	const struct firmware *fw = &input->machine->firmware;
	size_t count = e820_count(memory_of(input));
	size_t size = BOOT_PARAMS_SIZE + aligned(cmdline_room(input));

	if (count > E820_PAGE_MAX)
		size += SETUP_DATA_HEADER + aligned((count - E820_PAGE_MAX) * E820_ENTRY_SIZE);
	for (size_t i = 0; i < fw->setup_data.count; i++)
		if (takes_block(input, &fw->setup_data.items[i]))
			size += SETUP_DATA_HEADER + aligned(fw->setup_data.items[i].size);
	if (input->efi)
		size += aligned(fw->efi.map_count * EFI_DESCRIPTOR_SIZE) + SETUP_DATA_HEADER +
			EFI_SETUP_SIZE;
	if (input->dtb.size)
		size += SETUP_DATA_HEADER + aligned(input->dtb.size);
	return size + SETUP_DATA_HEADER + LOAD_SEED_SIZE;
}

/*
 * A pointer of 32 bits in a register leads to the page. Kernels before 2.05 look for it where
 * their own setup code would have put it, in low memory.
 */
static uint64_t address_limit(const struct bzimage *bz, enum plan_mode mode)
{
	if (mode == PLAN_NATIVE)
		return 0;
	return bz->protocol < BZIMAGE_PROTOCOL(2, 5) ? LOW_MEMORY_END : UINT64_C(1) << 32;
}

int boot_params_plan(const struct load_input *input, const struct bzimage *bz, uint64_t initrd_at,
		     struct plan *plan, struct err *err)
{
	const struct firmware *fw = &input->machine->firmware;
	_cleanup_(memory_map_done) struct memory_map memory = { NULL };
	struct params params = { .size = content_size(input) };
	const struct placement where = {
		.size = params.size,
		.min = PARAMS_MIN_ADDRESS,
		.max = address_limit(bz, plan->mode),
	};
	struct segment *s;
	int r = plan_place(plan, "boot_params", &where, &s, err);

	if (r < 0)
		return r;
	r = e820_select(memory_of(input), plan, &memory, err);
	if (r < 0)
		return r;
	s->owned = calloc(1, params.size);
	if (!s->owned)
		return err_oom(err);
	s->content = (struct bytes){ s->owned, params.size };
	params.page = s->owned;
	params.address = s->start;

	put_screen(params.page, input);
	put_header(&params, input, bz, initrd_at);
	put_machine(params.page, fw);
	put_memory_size(params.page, memory_of(input));
	memcpy(params.page + BOOT_PARAMS_SIZE, input->cmdline, strlen(input->cmdline) + 1);
	params.used = BOOT_PARAMS_SIZE + cmdline_room(input);
	if (request_has(input->request, OPTION_PRESERVE_CONTEXT))
		plan->return_text = s->start + BOOT_PARAMS_SIZE + strlen(input->cmdline);
	put_memory(&params, &memory);
	put_blocks(&params, input);
	if (input->efi)
		put_efi(&params, fw);
	if (input->dtb.size)
		memcpy(add_setup_data(&params, SETUP_DTB, input->dtb.size), input->dtb.data,
		       input->dtb.size);
	memcpy(add_setup_data(&params, SETUP_RNG_SEED, LOAD_SEED_SIZE), input->seed,
	       LOAD_SEED_SIZE);
	plan->kernel.si = s->start;
	return 0;
}
