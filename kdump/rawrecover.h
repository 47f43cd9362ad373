/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Dumps that the capture image has left on a device without a file system: each becomes a
 * file in a folder of its own, and is marked on the device as taken.
 */
#ifndef KDUMP_RAWRECOVER_H
#define KDUMP_RAWRECOVER_H

#include "lib/attrs.h"
#include "lib/err.h"
#include "lib/sysroot.h"

/**
 * rawrecover() - take a dump of makedumpfile's from a device, if there is one.
 * @makedumpfile: the program's path.
 * @node: the device.
 * @path: the folder that dumps' folders are made in.
 * @ret: the file that it is in now, malloc()ed; NULL if there was none on the device; the
 *	caller frees.
 * Return: 0; -errno, with the device as it was, and nothing in @path.
 */
_must_check_ int rawrecover(const struct sysroot *root, const char *makedumpfile, const char *node,
			    const char *path, char **ret, struct err *err);

#endif
