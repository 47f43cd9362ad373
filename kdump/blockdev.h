/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Block devices: from whatever names one to its node, its place in sysfs, and what is on it.
 */
#ifndef KDUMP_BLOCKDEV_H
#define KDUMP_BLOCKDEV_H

#include <sys/types.h>

#include "lib/attrs.h"
#include "lib/err.h"
#include "lib/sysroot.h"

/** struct blockdev - a block device. Owns its strings; release with blockdev_done(). */
struct blockdev {
	char *node;  /* the kernel's name for it, e.g. /dev/vda1 */
	char *sysfs; /* its folder below /sys/devices */
	dev_t number;
};

/** struct blockdev_content - the file system on a device; release with its _done(). */
struct blockdev_content {
	char *type;
	char *uuid;
};

/**
 * blockdev_find() - find a device by what an administrator calls it.
 * @name: a node, a link to one, or UUID=, LABEL=, PARTUUID= or PARTLABEL= with a value, which
 *	is looked for among the links that udev makes below /dev/disk.
 * @ret: untouched on failure.
 * Return: 0; -ENOENT if there is none; -ENOTBLK if it is something else; -errno.
 */
_must_check_ int blockdev_find(const struct sysroot *root, const char *name, struct blockdev *ret,
			       struct err *err);

/** blockdev_by_number() - find a device by its number. Return: 0 or -errno. */
_must_check_ int blockdev_by_number(const struct sysroot *root, dev_t number, struct blockdev *ret,
				    struct err *err);

/** blockdev_by_sysfs() - find a device by its folder in sysfs, or a link to it. Return: 0 or -errno. */
_must_check_ int blockdev_by_sysfs(const struct sysroot *root, const char *sysfs,
				   struct blockdev *ret, struct err *err);

/**
 * blockdev_probe() - read what file system is on @node.
 * @ret: untouched on failure.
 * Return: 0; -ENOENT if there is no file system with a UUID; -errno.
 */
_must_check_ int blockdev_probe(const struct sysroot *root, const char *node,
				struct blockdev_content *ret, struct err *err);

/** blockdev_done() - free what @dev owns; fine on one that is all zero. */
void blockdev_done(struct blockdev *dev);

/** blockdev_content_done() - free what @content owns; fine on one that is all zero. */
void blockdev_content_done(struct blockdev_content *content);

#endif
