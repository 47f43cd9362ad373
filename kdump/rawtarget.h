/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Dump targets without a file system: partitions, which have a lasting name of their own, so
 * that no other device is ever written to in its place.
 */
#ifndef KDUMP_RAWTARGET_H
#define KDUMP_RAWTARGET_H

#include "lib/attrs.h"
#include "lib/err.h"
#include "lib/sysroot.h"

#include "kdump/conf.h"
#include "kdump/target.h"

/** Where the image's configuration names a raw target; the partition's UUID follows. */
#define RAWTARGET_NAME "/dev/disk/by-partuuid/"

/**
 * rawtarget_find() - fill in the target that a line `raw DEVICE` names.
 * Return: 0; -EBUSY if it is mounted; -ENOTSUP if it has no lasting name; -errno.
 */
_must_check_ int rawtarget_find(const struct sysroot *root, const struct conf *conf,
				struct target *t, struct err *err);

/**
 * rawtarget_warn() - what somebody should know who dumps to a raw target.
 * @ret: a warning, malloc()ed; NULL if there is no reason for one; the caller frees.
 * Return: 0 or -ENOMEM.
 */
_must_check_ int rawtarget_warn(const struct sysroot *root, const struct conf *conf,
				const struct target *t, char **ret, struct err *err);

#endif
