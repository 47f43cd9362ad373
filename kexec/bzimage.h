/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The bzImage's setup header: Documentation/arch/x86/boot.rst, "The Real-Mode Kernel Header".
 */
#ifndef KEXEC_BZIMAGE_H
#define KEXEC_BZIMAGE_H

#include <stdint.h>

#include "lib/attrs.h"
#include "lib/bytes.h"
#include "lib/err.h"

enum {
	BZIMAGE_HEADER_START = 0x1f1, /* the setup header's offset in file and zero page */
	BZIMAGE_ENTRY64 = 0x200,      /* 64-bit entry, from where the kernel is loaded */
};

/** struct bzimage - a checked header; borrows the image's bytes. */
struct bzimage {
	struct bytes header;  /* from BZIMAGE_HEADER_START to the header's end */
	struct bytes payload; /* the protected-mode kernel: what is put into memory */
	uint16_t protocol;    /* 0x20c: 2.12 */
	uint16_t xloadflags;
	uint32_t alignment; /* bytes, a power of two */
	uint64_t pref_address;
	uint32_t init_size;   /* bytes of memory from the load address, at least the payload's */
	uint32_t cmdline_max; /* bytes without the NUL */
};

/** BZIMAGE_NOT_MINE - no bzImage at all. */
#define BZIMAGE_NOT_MINE 1

/**
 * bzimage_parse() - read and check the header.
 * Return: 0; BZIMAGE_NOT_MINE; -EBADMSG for one cut short or contradicting itself;
 * -ENOTSUP for one that has no 64-bit entry or cannot be loaded above 4 GiB.
 */
_must_check_ int bzimage_parse(struct bytes file, struct bzimage *ret, struct err *err);

#endif
