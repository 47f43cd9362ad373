/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Folders that the host of a virtual machine shares (virtiofs). Older kernels do not tell which
 * device has which tag, so the drivers of all of them are taken.
 */
#ifndef KDUMP_VIRTIOFS_H
#define KDUMP_VIRTIOFS_H

#include <stdbool.h>

#include "lib/attrs.h"
#include "lib/err.h"
#include "lib/sysroot.h"

#include "kdump/devchain.h"

#define VIRTIOFS_TYPE "virtiofs"

/** virtiofs_is() - is a file system of that type one? */
bool virtiofs_is(const char *type);

/**
 * virtiofs_walk() - collect the drivers of all devices that share a folder.
 * @ret: they are appended; holds what was collected even on failure.
 * Return: 0; -ENODEV if there is no such device; -errno.
 */
_must_check_ int virtiofs_walk(const struct sysroot *root, struct devchain *ret, struct err *err);

#endif
