/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How much memory a capture kernel needs: that of the kernel and image that would be loaded,
 * and what both need to run. It was held against the smallest reservations that saved a dump.
 */
#ifndef KDUMP_ESTIMATE_H
#define KDUMP_ESTIMATE_H

#include <stdint.h>

#include "lib/attrs.h"
#include "lib/bytes.h"
#include "lib/err.h"
#include "lib/sysroot.h"

/** struct estimate - all in bytes. */
struct estimate {
	uint64_t kernel;    /* while it unpacks itself, which is when it needs most */
	uint64_t packed;    /* the image; freed only when all of it is unpacked */
	uint64_t unpacked;  /* the image's files */
	uint64_t modules;   /* once more, when they are loaded; and what firmware they read */
	uint64_t pages;     /* the kernel's table of the pages of the reservation itself */
	uint64_t collector; /* its bitmaps of the crashed machine's memory */
	uint64_t luks;      /* to open what the target lies on */
	uint64_t runtime;   /* processes, caches, drivers' buffers */
	uint64_t total;     /* rounded up to what is worth reserving */
};

/**
 * estimate_kernel() - what a kernel needs by its header.
 * @kernel: the file; any of bzImage, and Image of arm64 and riscv, compressed or not.
 * Return: bytes; where the header does not say, a guess from its size.
 */
uint64_t estimate_kernel(struct bytes kernel);

/**
 * estimate_make() - add it all up.
 * @kernel, @image: paths as on the machine.
 * @memory: of the crashed machine, in bytes.
 * @luks: what luks_memory() says.
 * Return: 0; -ENOENT if there is no image yet; -errno.
 */
_must_check_ int estimate_make(const struct sysroot *root, const char *kernel, const char *image,
			       uint64_t memory, uint64_t luks, struct estimate *ret,
			       struct err *err);

#endif
