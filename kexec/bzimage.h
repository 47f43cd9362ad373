/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The bzImage's setup header: Documentation/arch/x86/boot.rst, "The Real-Mode Kernel Header".
 * Kernels since 1.3.73 have one; what the older ones of them do not say yet is filled in.
 */
#ifndef KEXEC_BZIMAGE_H
#define KEXEC_BZIMAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/attrs.h"
#include "lib/bytes.h"
#include "lib/err.h"

enum {
	BZIMAGE_HEADER_START = 0x1f1,   /* the setup header's offset in file and zero page */
	BZIMAGE_ENTRY64 = 0x200,        /* 64-bit entry, from where the kernel is loaded */
	BZIMAGE_LOAD_ADDRESS = 1 << 20, /* of a kernel that is not relocatable */
};

/** BZIMAGE_PROTOCOL() - as struct bzimage has it. */
#define BZIMAGE_PROTOCOL(major, minor) ((major) << 8 | (minor))

/** enum bzimage_flags - of xloadflags. */
enum bzimage_flags {
	XLF_KERNEL_64 = 0x01,
	XLF_CAN_BE_LOADED_ABOVE_4G = 0x02,
	XLF_EFI_KEXEC = 0x10,
	XLF_5LEVEL = 0x20,
};

/** struct bzimage - a checked header; borrows the image's bytes. */
struct bzimage {
	struct bytes setup;   /* boot sector and 16-bit code: the file up to the payload */
	struct bytes header;  /* from BZIMAGE_HEADER_START to the header's end */
	struct bytes payload; /* the protected-mode kernel: what is put into memory */
	uint16_t protocol;    /* BZIMAGE_PROTOCOL(2, 12) */
	uint16_t xloadflags;  /* 0 before 2.12 */
	bool relocatable;
	uint32_t alignment;    /* bytes, a power of two, of where it is loaded */
	uint64_t pref_address; /* 0 before 2.10 */
	/*
	 * Bytes of memory from where the kernel runs, at least the payload's. Before 2.10, which
	 * does not say: more than any kernel of that age takes.
	 */
	uint64_t init_size;
	uint32_t cmdline_max; /* bytes without the NUL */
	uint32_t initrd_max;  /* highest address that a byte of the initrd may have */
};

/** BZIMAGE_NOT_MINE - no bzImage at all. */
#define BZIMAGE_NOT_MINE 1

/**
 * bzimage_parse() - read and check the header.
 * Return: 0; BZIMAGE_NOT_MINE; -EBADMSG for one cut short or contradicting itself;
 * -ENOTSUP for a zImage, which is loaded below 640 KiB.
 */
_must_check_ int bzimage_parse(struct bytes file, struct bzimage *ret, struct err *err);

/** bzimage_has_entry64() - has it a 64-bit entry that works anywhere in memory? */
bool bzimage_has_entry64(const struct bzimage *bz);

#endif
