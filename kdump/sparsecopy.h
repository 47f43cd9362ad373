/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The memory image as it is, an ELF file, but for its zeros: where the output can be sought in,
 * they become holes. It needs no other program and next to no memory, and knows nothing of the
 * kernel whose memory it is; so it is what is left when the collector fails.
 */
#ifndef KDUMP_SPARSECOPY_H
#define KDUMP_SPARSECOPY_H

#include <stdint.h>

#include "lib/attrs.h"
#include "lib/err.h"

/** sparsecopy_tick - called after each piece. @done: bytes of the image so far. */
typedef void sparsecopy_tick(void *ctx, uint64_t done);

/**
 * sparsecopy() - copy a memory image.
 * @source: its path. Pages of it that cannot be read are zeros in the copy.
 * @fd: where to, empty so far; it is written from where it stands if it cannot be sought in.
 * @ret_lost: bytes that could not be read.
 * Return: 0; -EIO if hardly anything can be read; -errno.
 */
_must_check_ int sparsecopy(const char *source, int fd, sparsecopy_tick *tick, void *ctx,
			    uint64_t *ret_lost, struct err *err);

#endif
