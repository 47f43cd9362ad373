/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Compressed files (kernels, kernel modules), unwrapped in memory by zlib, liblzma and
 * libzstd. The result lives in a memfd, so that it can be mapped, handed to a system call
 * as a descriptor, and never exists in two copies.
 */
#ifndef LIB_UNWRAP_H
#define LIB_UNWRAP_H

#include <stddef.h>

#include "lib/attrs.h"
#include "lib/bytes.h"
#include "lib/err.h"
#include "lib/file.h"

/** UNWRAP_NOT_MINE - the bytes carry none of the formats that unwrap() knows. */
#define UNWRAP_NOT_MINE 1

/**
 * unwrap() - decompress gzip (RFC 1952), xz, lzma-alone or zstd (RFC 8878) contents.
 * @in: the compressed bytes. What follows the first compressed stream is left alone.
 * @max: most bytes that the result may have; more is -EFBIG.
 * @name: the file's name, for messages and for the memfd.
 * @ret: the result, released with mapping_close(); untouched unless 0 is returned.
 *
 * Return: 0; UNWRAP_NOT_MINE if @in starts with no known magic; -EBADMSG if it does and is
 * damaged or cut short; -ENOTSUP if support for its format was not built in; -errno.
 */
_must_check_ int unwrap(struct bytes in, size_t max, const char *name, struct mapping *ret,
			struct err *err);

#endif
