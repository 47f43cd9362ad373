/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where /proc, /sys, /etc and /boot are read: the running machine's, or those below a
 * folder (the hidden option --sysroot), so that a machine can be a folder of text. Paths
 * are given as on the machine itself, absolute.
 *
 * Files below /proc and /sys tell no size; every read here states the most that it takes.
 */
#ifndef LIB_SYSROOT_H
#define LIB_SYSROOT_H

#include <dirent.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "lib/attrs.h"
#include "lib/err.h"

/** struct sysroot - the folder that stands for "/"; borrowed, "" is the real one. */
struct sysroot {
	const char *dir;
};

/** sysroot_is_real() - is this the running machine itself? */
bool sysroot_is_real(const struct sysroot *root);

/**
 * sysroot_open() - open a file below the root.
 * @path: absolute path as on the machine; @flags: as for open(2), O_CLOEXEC is added.
 * Return: a descriptor that the caller closes, or -errno.
 */
_must_check_ int sysroot_open(const struct sysroot *root, const char *path, int flags);

/** sysroot_fopen() - open a file for reading; NULL with errno set on failure. */
_must_check_ FILE *sysroot_fopen(const struct sysroot *root, const char *path);

/** sysroot_opendir() - open a folder below the root; NULL with errno set on failure. */
_must_check_ DIR *sysroot_opendir(const struct sysroot *root, const char *path);

/**
 * sysroot_read() - read a whole file.
 * @max: most bytes to accept; a longer file is -EFBIG.
 * @ret: malloc()ed contents with a NUL appended; the caller frees. Untouched on failure.
 * @ret_size: bytes without that NUL; may be NULL.
 * Return: 0 or -errno; @err then names the path as given.
 */
_must_check_ int sysroot_read(const struct sysroot *root, const char *path, size_t max, char **ret,
			      size_t *ret_size, struct err *err);

/**
 * sysroot_read_u64() - read a file that holds one number.
 * @base: as for strtoull(): 10, 16 or 0 (prefix decides).
 * Return: 0, -errno of the read, or -EINVAL for a file that holds something else.
 */
_must_check_ int sysroot_read_u64(const struct sysroot *root, const char *path, int base,
				  uint64_t *ret, struct err *err);

#endif
