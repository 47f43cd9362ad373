/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Compressed files (kernels, kernel modules), unwrapped in memory by zlib, liblzma and
 * libzstd. The result lives in a file without a name (scratch.h), so that it can be mapped,
 * handed to a system call as a descriptor, and never exists in two copies.
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
 * unwrap_format() - how are these bytes compressed?
 * Return: "gzip" (RFC 1952), "xz", "lzma" (lzma-alone) or "zstd" (RFC 8878); NULL if they
 * start with no magic that is known.
 */
const char *unwrap_format(struct bytes in);

/**
 * unwrap_as() - decompress contents of a format that is known already.
 * @format: one of those of unwrap_format(); any other is -ENOTSUP.
 * The rest is as for unwrap(), which this is but for UNWRAP_NOT_MINE.
 */
_must_check_ int unwrap_as(const char *format, struct bytes in, size_t max, const char *name,
			   struct mapping *ret, struct err *err);

/**
 * unwrap() - decompress contents of any format of unwrap_format().
 * @in: the compressed bytes. What follows the first compressed stream is left alone.
 * @max: most bytes that the result may have; more is -EFBIG.
 * @name: the file's name, for messages.
 * @ret: the result, released with mapping_close(); untouched unless 0 is returned.
 *
 * Return: 0; UNWRAP_NOT_MINE if @in starts with no known magic; -EBADMSG if it does and is
 * damaged or cut short; -ENOTSUP if support for its format was not built in; -errno.
 */
_must_check_ int unwrap(struct bytes in, size_t max, const char *name, struct mapping *ret,
			struct err *err);

/**
 * unwrap_whole() - decompress contents that are one compressed stream and nothing else.
 * Something other than zeros behind it, such as a further stream (an initrd may have several),
 * is UNWRAP_NOT_MINE; the rest is as for unwrap_as().
 */
_must_check_ int unwrap_whole(struct bytes in, size_t max, const char *name, struct mapping *ret,
			      struct err *err);

#endif
