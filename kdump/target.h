/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The dump target: from the folder that dumps go to, to the file system that holds it, in
 * terms that are still true in the capture kernel: a UUID and a path inside.
 */
#ifndef KDUMP_TARGET_H
#define KDUMP_TARGET_H

#include "lib/attrs.h"
#include "lib/err.h"
#include "lib/sysroot.h"

/** struct target - where dumps go. Owns its strings; release with target_done(). */
struct target {
	char *device; /* the device node now, e.g. /dev/vda1 */
	char *type;   /* of the file system */
	char *uuid;   /* of the file system */
	char *inner;  /* the folder, as a path from the file system's own root */
	char *sysfs;  /* the block device below /sys/devices */
};

/**
 * target_make_default() - create the default dump folder if it is @path and is missing.
 * Return: 0, also when there is nothing to do; -errno.
 */
_must_check_ int target_make_default(const struct sysroot *root, const char *path, struct err *err);

/**
 * target_resolve() - find the file system that @path lies on.
 * @path: absolute; an existing folder.
 * @ret: untouched on failure.
 * Return: 0; -ENOENT or -ENOTDIR if @path is no folder; -ENOTSUP, with @err naming it, for
 * a file system that the capture image cannot mount; -errno.
 */
_must_check_ int target_resolve(const struct sysroot *root, const char *path, struct target *ret,
				struct err *err);

/** target_done() - free what @target owns; fine on one that is all zero. */
void target_done(struct target *target);

#endif
