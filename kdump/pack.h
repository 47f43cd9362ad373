/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Compressing a stream into a file, in a form that the capture kernel can unpack.
 */
#ifndef KDUMP_PACK_H
#define KDUMP_PACK_H

#include <stddef.h>

#include "lib/attrs.h"
#include "lib/err.h"
#include "lib/sysroot.h"

/** enum pack_format - how an image is compressed. */
enum pack_format {
	PACK_NONE,
	PACK_GZIP,
	PACK_ZSTD,
};

/** pack_name() - the format's name, for records and messages. */
const char *pack_name(enum pack_format format);

/**
 * pack_choose() - the best format that both we and a kernel have.
 * @version: of the kernel, whose /boot/config-VERSION tells what it unpacks; where that
 * cannot be read, gzip is taken, which practically every kernel has.
 */
enum pack_format pack_choose(const struct sysroot *root, const char *version);

struct packer;

/**
 * packer_new() - start compressing.
 * @fd: where the result goes, from where it stands; stays the caller's.
 * @ret: untouched on failure; release with packer_free().
 * Return: 0, -ENOTSUP for a format that was not built in, -ENOMEM.
 */
_must_check_ int packer_new(enum pack_format format, int fd, struct packer **ret, struct err *err);

/** packer_write() - compress @size more bytes. @ctx: the packer. A cpio_sink. */
_must_check_ int packer_write(void *ctx, const void *data, size_t size, struct err *err);

/** packer_finish() - write out what is left. */
_must_check_ int packer_finish(struct packer *packer, struct err *err);

/** packer_free() - release a packer; NULL is fine. */
void packer_free(struct packer *packer);

#endif
