/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What must be known of a btrfs before it can be mounted: one that is spread over several
 * devices is found only after the kernel was told of each (btrfs(5), MULTIPLE DEVICES).
 */
#ifndef KDUMP_BTRFS_H
#define KDUMP_BTRFS_H

#include <stdint.h>

#include "lib/attrs.h"
#include "lib/err.h"
#include "lib/sysroot.h"

/**
 * btrfs_count_devices() - over how many devices a file system is spread.
 * @node: one of them, as on the machine.
 * Return: 0; -EINVAL if no btrfs is on it; -errno.
 */
_must_check_ int btrfs_count_devices(const struct sysroot *root, const char *node, uint64_t *ret,
				     struct err *err);

#endif
