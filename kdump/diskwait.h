/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Waiting for the disk with the dump target: without udev, every block device is asked
 * for its file system's UUID until one answers with the right one.
 */
#ifndef KDUMP_DISKWAIT_H
#define KDUMP_DISKWAIT_H

#include <limits.h>

#include "lib/attrs.h"
#include "lib/err.h"
#include "lib/sysroot.h"

/** diskwait_notice - called every few seconds while waiting. */
typedef void diskwait_notice(void *ctx, unsigned int waited, unsigned int seconds);

/**
 * diskwait_find() - look once.
 * @ret: the device node, as on the machine.
 * Return: 0, -ENOENT if no device has that UUID now.
 */
_must_check_ int diskwait_find(const struct sysroot *root, const char *uuid,
			       char ret[static PATH_MAX]);

/**
 * diskwait() - look until the device is there.
 * @seconds: the longest to wait.
 * Return: 0, -ETIMEDOUT.
 */
_must_check_ int diskwait(const struct sysroot *root, const char *uuid, unsigned int seconds,
			  diskwait_notice *notice, void *ctx, char ret[static PATH_MAX],
			  struct err *err);

#endif
