/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The root file system as a dump target: where failure_action dump_to_rootfs saves to when the
 * target itself has failed.
 */
#ifndef KDUMP_ROOTTARGET_H
#define KDUMP_ROOTTARGET_H

#include "lib/attrs.h"
#include "lib/err.h"
#include "lib/sysroot.h"

#include "kdump/conf.h"
#include "kdump/target.h"

/* The folder in it where neither the dump path nor the default one is on it. */
#define ROOTTARGET_PATH "/crash"

/**
 * roottarget_find() - find the file system of "/" and a folder on it: the dump path, if no target
 * is named and it lies there; else the default dump path; else ROOTTARGET_PATH.
 * @ret: untouched on failure.
 * Return: 0; -ENOTSUP if the capture image cannot dump to it; -errno.
 */
_must_check_ int roottarget_find(const struct sysroot *root, const struct conf *conf,
				 struct target *ret, struct err *err);

#endif
