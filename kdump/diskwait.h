/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Waiting for a disk to appear: without udev, every block device is read again and again
 * until one is the right one.
 */
#ifndef KDUMP_DISKWAIT_H
#define KDUMP_DISKWAIT_H

#include <limits.h>

#include "lib/attrs.h"
#include "lib/err.h"
#include "lib/sysroot.h"

#include "kdump/devid.h"

/**
 * diskwait() - look until @match says that all that is needed is there, telling of it on the
 * console.
 * @what: what is waited for, for people.
 * @seconds: the longest to wait.
 * @ret: the last device that was asked for, as on the machine; may be NULL.
 * Return: 0, -ETIMEDOUT.
 */
_must_check_ int diskwait(const struct sysroot *root, const char *what, devid_match *match,
			  void *ctx, unsigned int seconds, char ret[PATH_MAX], struct err *err);

/** diskwait_is_there() - is there a device with that UUID? Looks once. */
bool diskwait_is_there(const struct sysroot *root, const char *uuid);

/** diskwait_uuid() - the same for the device with the file system or the like of that UUID. */
_must_check_ int diskwait_uuid(const struct sysroot *root, const char *uuid, unsigned int seconds,
			       char ret[PATH_MAX], struct err *err);

#endif
