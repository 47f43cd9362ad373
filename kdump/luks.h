/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The LUKS devices that a block device lies on.
 */
#ifndef KDUMP_LUKS_H
#define KDUMP_LUKS_H

#include "lib/attrs.h"
#include "lib/err.h"
#include "lib/sysroot.h"

#include "kdump/strv.h"

/**
 * luks_below() - find them.
 * @sysfs: the device's folder below /sys/devices.
 * @ret: their UUIDs are appended, each once.
 * Return: 0; -ELOOP for devices upon devices without end; -errno.
 */
_must_check_ int luks_below(const struct sysroot *root, const char *sysfs, struct strv *ret,
			    struct err *err);

#endif
