/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The folder that saved dumps are found in on the running system: the dump path itself, or, where
 * the configuration names a target, that path below wherever the target is mounted.
 */
#ifndef KDUMP_DUMPFOLDER_H
#define KDUMP_DUMPFOLDER_H

#include "lib/attrs.h"
#include "lib/err.h"
#include "lib/sysroot.h"

#include "kdump/conf.h"

/**
 * dumpfolder_find() - find it. It need not exist.
 * @ret: malloc()ed, absolute as on the machine; the caller frees.
 * Return: 0; -ENODEV if the target is not mounted; -ENOTSUP if it never is, as another host;
 * -errno.
 */
_must_check_ int dumpfolder_find(const struct sysroot *root, const struct conf *conf, char **ret,
				 struct err *err);

#endif
