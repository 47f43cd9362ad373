/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Names of files below a sysroot, for the libraries and programs that take a name and
 * not a descriptor. Reading goes through lib/sysroot.h.
 */
#ifndef KDUMP_ROOTPATH_H
#define KDUMP_ROOTPATH_H

#include <limits.h>
#include <stdbool.h>
#include <sys/stat.h>

#include "lib/attrs.h"
#include "lib/err.h"
#include "lib/sysroot.h"

/** struct rootpath - a full file name. */
struct rootpath {
	char text[PATH_MAX];
};

/**
 * rootpath_join() - the name of @path below @root.
 * @path: absolute as on the machine; need not exist.
 * Return: 0 or -ENAMETOOLONG.
 */
_must_check_ int rootpath_join(const struct sysroot *root, const char *path, struct rootpath *ret,
			       struct err *err);

/** rootpath_stat() - stat(2) @path below @root. Return: 0 or -errno. */
_must_check_ int rootpath_stat(const struct sysroot *root, const char *path, struct stat *ret);

/** rootpath_exists() - is there anything called @path below @root? */
bool rootpath_exists(const struct sysroot *root, const char *path);

/**
 * rootpath_real() - @path with links, "." and ".." resolved, as on the machine.
 * @ret: untouched on failure. A link that leads out of the root is -EXDEV.
 * Return: 0 or -errno; @err is set.
 */
_must_check_ int rootpath_real(const struct sysroot *root, const char *path, struct rootpath *ret,
			       struct err *err);

/** rootpath_is_below() - does @path lie on or below @folder? Both absolute, without links. */
bool rootpath_is_below(const char *path, const char *folder);

#endif
