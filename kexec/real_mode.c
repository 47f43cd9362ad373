/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "kexec/real_mode.h"

/* Offsets in the setup header, by the protocol that brought them. */
enum {
	OFF_CMD_LINE_MAGIC = 0x20, /* until 2.01 */
	OFF_CMD_LINE_OFFSET = 0x22,
	OFF_TYPE_OF_LOADER = 0x210,
	OFF_LOADFLAGS = 0x211,
	OFF_SETUP_MOVE_SIZE = 0x212, /* until 2.01 */
	OFF_CODE32_START = 0x214,
	OFF_RAMDISK_IMAGE = 0x218,
	OFF_RAMDISK_SIZE = 0x21c,
	OFF_HEAP_END_PTR = 0x224, /* 2.01 */
	OFF_CMD_LINE_PTR = 0x228, /* 2.02 */
	OFF_SETUP_DATA = 0x250,   /* 2.09 */

	CMD_LINE_MAGIC = 0xa33f,
	LOADER_KEXEC = 0xd0,
	CAN_USE_HEAP = 0x80,
	SETUP_ENTRY = 0x200,   /* behind the boot sector */
	SETUP_MAX = 0x8000,    /* the setup code's own limit: arch/x86/boot/setup.ld */
	HEAP_END = 0xe000,     /* and the stack's, which grows down from there */
	HEAP_SPARE = 0x200,    /* that far below it is what the setup code calls the heap's end */
	MIN_ADDRESS = 0x3000,  /* above what the BIOS keeps at the bottom */
	MAX_ADDRESS = 0xa0000, /* where a PC's low memory ends */

	/* Before 2.02 it moves itself here, and all must fit below the BIOS's data. */
	OLD_ADDRESS = 0x90000,
	OLD_HEAP_END = 0x9800,
};

static bool is_old(const struct bzimage *bz)
{
	return bz->protocol < BZIMAGE_PROTOCOL(2, 2);
}

static uint32_t heap_end(const struct bzimage *bz)
{
	return is_old(bz) ? OLD_HEAP_END : HEAP_END;
}

static int check(const struct load_input *input, const struct bzimage *bz, struct err *err)
{
	int r;

	if (input->machine->firmware.has_efi) {
		r = err_set(err, -ENOPROTOOPT,
			    "--real-mode needs a BIOS; this machine was booted through EFI");
		return err_hint(err, r, "leave out --real-mode");
	}
	if (input->dtb.size)
		return err_set(err, -ENOPROTOOPT,
			       "a device tree cannot be had with --real-mode, which asks the BIOS");
	if (bz->setup.size > SETUP_MAX)
		return err_set(err, -ENOTSUP,
			       "the kernel's 16-bit code has %zu bytes, more than the %d that it "
			       "may have",
			       bz->setup.size, SETUP_MAX);
	return 0;
}

static int place(const struct load_input *input, const struct bzimage *bz, struct plan *plan,
		 struct segment **ret, struct err *err)
{
	struct placement where = {
		.size = heap_end(bz) + strlen(input->cmdline) + 1,
		.min = is_old(bz) ? OLD_ADDRESS : MIN_ADDRESS,
		.max = MAX_ADDRESS,
		.bottom_up = is_old(bz),
	};
	int r = plan_place(plan, "setup", &where, ret, err);

	if (r == 0 && is_old(bz) && (*ret)->start != OLD_ADDRESS)
		r = err_set(err, -EADDRNOTAVAIL,
			    "the memory at 0x90000, where this kernel's 16-bit code must lie, is "
			    "not free");
	return r;
}

static void put_command_line(uint8_t *setup, uint64_t address, const struct bzimage *bz,
			     const char *cmdline)
{
	uint32_t at = heap_end(bz);

	memcpy(setup + at, cmdline, strlen(cmdline) + 1);
	if (!is_old(bz)) {
		put_le(setup + OFF_CMD_LINE_PTR, 4, address + at);
		return;
	}
	put_le(setup + OFF_CMD_LINE_MAGIC, 2, CMD_LINE_MAGIC);
	put_le(setup + OFF_CMD_LINE_OFFSET, 2, at);
	put_le(setup + OFF_SETUP_MOVE_SIZE, 2, at + strlen(cmdline) + 1);
}

static void put_header(uint8_t *setup, const struct load_input *input, const struct bzimage *bz,
		       uint64_t kernel_at, uint64_t initrd_at)
{
	setup[OFF_TYPE_OF_LOADER] = LOADER_KEXEC;
	put_le(setup + OFF_CODE32_START, 4, kernel_at);
	put_le(setup + OFF_RAMDISK_IMAGE, 4, initrd_at);
	put_le(setup + OFF_RAMDISK_SIZE, 4, input->initrd.size);
	if (bz->protocol >= BZIMAGE_PROTOCOL(2, 1)) {
		setup[OFF_LOADFLAGS] |= CAN_USE_HEAP;
		put_le(setup + OFF_HEAP_END_PTR, 2, heap_end(bz) - HEAP_SPARE);
	}
	if (bz->protocol >= BZIMAGE_PROTOCOL(2, 9))
		put_le(setup + OFF_SETUP_DATA, 8, 0);
}

int real_mode_plan(const struct load_input *input, const struct bzimage *bz, uint64_t kernel_at,
		   uint64_t initrd_at, struct plan *plan, struct err *err)
{
	struct segment *s;
	int r = check(input, bz, err);

	if (r == 0)
		r = place(input, bz, plan, &s, err);
	if (r < 0)
		return r;
	s->content.size = heap_end(bz) + strlen(input->cmdline) + 1;
	s->content.data = s->owned = calloc(1, s->content.size);
	if (!s->owned)
		return err_oom(err);
	memcpy(s->owned, bz->setup.data, bz->setup.size);
	put_header(s->owned, input, bz, kernel_at, initrd_at);
	put_command_line(s->owned, s->start, bz, input->cmdline);
	plan->kernel.ds = s->start >> 4;
	plan->kernel.cs = plan->kernel.ds + (SETUP_ENTRY >> 4);
	plan->kernel.sp = heap_end(bz);
	return 0;
}
