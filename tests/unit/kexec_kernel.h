/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A bzImage made in memory, for the tests of kexec: a header by boot.rst, and a payload of a
 * pattern. Never booted.
 */
#ifndef TESTS_UNIT_KEXEC_KERNEL_H
#define TESTS_UNIT_KEXEC_KERNEL_H

#include <string.h>

#include "lib/bytes.h"

enum {
	KERNEL_SETUP_SIZE = 5 * 512, /* four sectors of setup, and the boot sector */
	KERNEL_PAYLOAD_SIZE = 20000, /* no multiple of a page */
	KERNEL_SIZE = KERNEL_SETUP_SIZE + KERNEL_PAYLOAD_SIZE,
	KERNEL_INIT_SIZE = 0x30000,
	KERNEL_ALIGNMENT = 0x200000,
	KERNEL_PREF_ADDRESS = 0x1000000,
	KERNEL_CMDLINE_MAX = 2047,
	KERNEL_INITRD_MAX = 0x7fffffff,
	KERNEL_JUMP = 0x6a, /* the header ends at 0x202 + this */
};

/** kernel_make() - write it to @kernel, KERNEL_SIZE bytes. */
static inline void kernel_make(uint8_t *kernel)
{
	memset(kernel, 0, KERNEL_SETUP_SIZE);
	kernel[0x1f1] = 4;
	put_le(kernel + 0x1f4, 4, (KERNEL_PAYLOAD_SIZE + 15) / 16);
	put_le(kernel + 0x1fa, 2, 0xffff); /* vid_mode */
	put_le(kernel + 0x1fe, 2, 0xaa55);
	kernel[0x200] = 0xeb;
	kernel[0x201] = KERNEL_JUMP;
	put_le(kernel + 0x202, 4, 0x53726448); /* HdrS */
	put_le(kernel + 0x206, 2, 0x20f);
	kernel[0x211] = 1;
	put_le(kernel + 0x22c, 4, KERNEL_INITRD_MAX);
	put_le(kernel + 0x230, 4, KERNEL_ALIGNMENT);
	kernel[0x234] = 1;
	put_le(kernel + 0x236, 2, 0x3f);
	put_le(kernel + 0x238, 4, KERNEL_CMDLINE_MAX);
	put_le(kernel + 0x250, 8, 0x1234567890); /* setup_data: not ours to hand on */
	put_le(kernel + 0x258, 8, KERNEL_PREF_ADDRESS);
	put_le(kernel + 0x260, 4, KERNEL_INIT_SIZE);
	put_le(kernel + 0x268, 4, 0xabcdef); /* kernel_info_offset */
	for (unsigned int i = 0; i < KERNEL_PAYLOAD_SIZE; i++)
		kernel[KERNEL_SETUP_SIZE + i] = (uint8_t)(i * 7 + i / 256);
}

/** kernel_make_old() - make it one of @protocol, whose header ends at @end; code follows. */
static inline void kernel_make_old(uint8_t *kernel, uint16_t protocol, uint16_t end)
{
	put_le(kernel + 0x206, 2, protocol);
	kernel[0x201] = (uint8_t)(end - 0x202);
	memset(kernel + end, 0xee, 0x400U - end);
}

#endif
