/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which kernel captures, where its file is, and where its capture image goes.
 */
#ifndef KDUMP_KERNEL_H
#define KDUMP_KERNEL_H

#include "lib/attrs.h"
#include "lib/err.h"
#include "lib/sysroot.h"

#include "kdump/sysconfig.h"

enum { KERNEL_VERSION_MAX = 128 }; /* bytes with NUL; utsname has 65 */

/** struct kernel - the capture kernel. Paths are as on the machine. */
struct kernel {
	char version[KERNEL_VERSION_MAX];
	char running[KERNEL_VERSION_MAX]; /* the version of the kernel that runs now */
	char *path;
	char *image; /* the capture image's, whether it exists or not */
};

/**
 * kernel_find() - find the capture kernel.
 * @ret: untouched on failure; release with kernel_done().
 * Return: 0; -ENOENT with every place that was searched in @err; -errno.
 */
_must_check_ int kernel_find(const struct sysroot *root, const struct sysconfig *config,
			     struct kernel *ret, struct err *err);

/** kernel_done() - free what @kernel owns; fine on one that is all zero. */
void kernel_done(struct kernel *kernel);

#endif
