/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Files without a name, in memory: contents that we made, which can be mapped and handed to a
 * system call as a descriptor, and of which nothing is left when we end, however we end.
 *
 * They are memfds; before Linux 3.17, which has none, files that were unlinked at once.
 */
#ifndef LIB_SCRATCH_H
#define LIB_SCRATCH_H

#include <stddef.h>

#include "lib/attrs.h"
#include "lib/bytes.h"
#include "lib/err.h"
#include "lib/file.h"

/** scratch_open() - an empty one to write to. Return: a descriptor the caller closes, -errno. */
_must_check_ int scratch_open(struct err *err);

/**
 * scratch_map() - end the writing and map what was written.
 *
 * The mapping's descriptor is open for reading only, as far as /proc is mounted:
 * kexec_file_load takes no file that somebody may write to (ETXTBSY).
 *
 * @fd: of scratch_open(); closed on success, the caller's on failure.
 * @name: for messages.
 * @ret: release with mapping_close(); untouched on failure.
 */
_must_check_ int scratch_map(int fd, const char *name, struct mapping *ret, struct err *err);

/**
 * scratch_read() - read what was written, from the beginning.
 * @fd: of scratch_open(); stays the caller's. @name: for messages.
 * @max, @ret, @ret_size: see file_read_fd().
 */
_must_check_ int scratch_read(int fd, const char *name, size_t max, char **ret, size_t *ret_size,
			      struct err *err);

/**
 * scratch_join() - put parts one behind the other.
 * @align: each part begins on a multiple of it, a power of two; zeros fill the gaps.
 * @name: for messages.
 * @ret: release with mapping_close(); untouched on failure.
 */
_must_check_ int scratch_join(const struct bytes *parts, size_t count, size_t align,
			      const char *name, struct mapping *ret, struct err *err);

/**
 * scratch_copy() - put a copy of a part of a mapping in the mapping's place.
 * @part: bytes inside @m->bytes.
 */
_must_check_ int scratch_copy(struct mapping *m, struct bytes part, const char *name,
			      struct err *err);

/**
 * scratch_back() - see that a mapping has a descriptor that holds its bytes and no others: a
 * mapping_slice() becomes a copy, any other stays what it is.
 */
_must_check_ int scratch_back(struct mapping *m, const char *name, struct err *err);

#endif
