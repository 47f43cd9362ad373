/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The LUKS devices that a block device lies on.
 */
#ifndef KDUMP_LUKS_H
#define KDUMP_LUKS_H

#include <stdint.h>

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

/**
 * luks_memory() - what opening a device takes at the most: a key is derived with so much memory,
 * so that guessing is expensive (Argon2). None with LUKS1, or with PBKDF2.
 * @uuid: of the LUKS device.
 * @ret: bytes.
 * Return: 0; -EINVAL if there is no LUKS on it; -errno.
 */
_must_check_ int luks_memory(const struct sysroot *root, const char *uuid, uint64_t *ret,
			     struct err *err);

#endif
