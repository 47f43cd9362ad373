/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The kernel's own file systems, which the first process of a system has to mount.
 */
#ifndef KDUMP_EARLYFS_H
#define KDUMP_EARLYFS_H

#include "lib/attrs.h"
#include "lib/err.h"

/**
 * earlyfs_mount() - mount proc, sysfs, devtmpfs, and tmpfs on /run and /tmp.
 * All are tried; what is mounted already is fine.
 * Return: 0, or -errno of the first that failed.
 */
_must_check_ int earlyfs_mount(struct err *err);

#endif
