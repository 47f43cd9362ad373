/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What must be known of a btrfs before it can be mounted: one that is spread over several
 * devices is found only after the kernel was told of each (btrfs(5), MULTIPLE DEVICES).
 * Which these are, the kernel tells as long as it is mounted; else every device has to be read.
 */
#ifndef KDUMP_BTRFS_H
#define KDUMP_BTRFS_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/attrs.h"
#include "lib/err.h"
#include "lib/sysroot.h"

#include "kdump/strv.h"

/**
 * btrfs_count_devices() - over how many devices a file system is spread.
 * @node: one of them, as on the machine.
 * Return: 0; -EINVAL if no btrfs is on it; -errno.
 */
_must_check_ int btrfs_count_devices(const struct sysroot *root, const char *node, uint64_t *ret,
				     struct err *err);

/**
 * btrfs_list_devices() - which devices a file system is spread over.
 * @uuid: the file system's. @count: how many there are.
 * @ret: gets their folders below /sys/devices appended, in no order. While it is mounted, those
 * that are missing then are left out.
 * Return: 0; -ENODEV if it is not mounted and not all are there; -errno.
 */
_must_check_ int btrfs_list_devices(const struct sysroot *root, const char *uuid, uint64_t count,
				    struct strv *ret, struct err *err);

/** btrfs_is_mounted() - does this kernel have it mounted, and so knows its devices? */
bool btrfs_is_mounted(const struct sysroot *root, const char *uuid);

/** btrfs_scan() - tell this kernel of a device of one that has several. Return: 0 or -errno. */
_must_check_ int btrfs_scan(const char *node, struct err *err);

#endif
