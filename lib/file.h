/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whole files: mapped (kernels, images: handed on from the page cache, never copied) or
 * read with a cap (small text); and complete writes.
 */
#ifndef LIB_FILE_H
#define LIB_FILE_H

#include <stddef.h>

#include "lib/attrs.h"
#include "lib/bytes.h"
#include "lib/err.h"

/**
 * struct mapping - a file's contents, mapped read-only, and the descriptor they came from.
 * The descriptor is a real file's, or one without a name for contents that we made (scratch.h).
 */
struct mapping {
	int fd;             /* owned; -1 when empty, and for a mapping_slice() */
	struct bytes bytes; /* borrowed from the mapping; NULL and 0 when empty */
};

#define MAPPING_INIT                                                                               \
	{                                                                                          \
		.fd = -1                                                                           \
	}

/**
 * file_open() - open a file that is all there for reading. A pipe is refused, not waited for.
 * @cause: on failure only what is wrong; the caller puts the name in front.
 * Return: a descriptor that the caller closes, or -errno: -ESPIPE for a pipe.
 */
_must_check_ int file_open(const char *path, struct err *cause);

/**
 * mapping_open() - open and map a regular file or a block device.
 * @path: also used in messages.
 * @ret: untouched on failure; release with mapping_close().
 * Return: 0 or -errno: -EISDIR for a folder, -ESPIPE for a pipe, -EFBIG above FILE_MAP_MAX. An
 * empty file is no error: it maps to zero bytes.
 */
_must_check_ int mapping_open(const char *path, struct mapping *ret, struct err *err);

/**
 * mapping_from_fd() - map what @fd holds.
 * @fd: becomes the mapping's own on success, and stays the caller's on failure.
 * @name: for messages.
 */
_must_check_ int mapping_from_fd(int fd, const char *name, struct mapping *ret, struct err *err);

/**
 * mapping_slice() - map a part of a file once more, without a copy.
 * @from: a mapping with a descriptor; it may be closed while the slice lives on.
 * @part: bytes inside @from->bytes; none give an empty mapping.
 * @name: for messages.
 * @ret: has no descriptor, as no file holds just these bytes (scratch_back() makes one).
 */
_must_check_ int mapping_slice(const struct mapping *from, struct bytes part, const char *name,
			       struct mapping *ret, struct err *err);

/** mapping_close() - unmap and close; fine on an empty or already closed mapping. */
void mapping_close(struct mapping *m);

/**
 * file_read_fd() - read @fd from where it stands to its end; see sysroot_read().
 */
_must_check_ int file_read_fd(int fd, const char *name, size_t max, char **ret, size_t *ret_size,
			      struct err *err);

/** file_write_all() - write all @size bytes at @data to @fd. Return: 0 or -errno. */
_must_check_ int file_write_all(int fd, const void *data, size_t size);

#endif
