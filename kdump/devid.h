/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a block device is told by in every kernel: the identities that are written on it.
 * Names and numbers of devices are another boot's already.
 */
#ifndef KDUMP_DEVID_H
#define KDUMP_DEVID_H

#include <limits.h>
#include <stdbool.h>

#include "lib/attrs.h"
#include "lib/err.h"
#include "lib/sysroot.h"

enum { DEVID_MAX = 64 }; /* bytes of an identity, with NUL */

/** struct devid - identities of a device; "" where it has none. */
struct devid {
	char type[DEVID_MAX];      /* of what is on it: a file system, "LVM2_member", ... */
	char uuid[DEVID_MAX];      /* of that, or of the array that it is a member of */
	char member[DEVID_MAX];    /* UUID of it alone, of an array's member */
	char partition[DEVID_MAX]; /* UUID in the partition table */
	bool held;                 /* another device is built upon it, or it is LVM's snapshot of
				    * another, with all that is on that; devid_find() alone tells */
};

/** devid_read() - read what is written on a device. Return: 0; -errno if it cannot be read. */
_must_check_ int devid_read(const struct sysroot *root, const char *node, struct devid *ret,
			    struct err *err);

/** devid_match - is this the one, or one of those, that are looked for? */
typedef bool devid_match(void *ctx, const char *node, const struct devid *id);

/**
 * devid_find() - read all block devices that there are, until @match says yes.
 * @ret: the device's node, as on the machine; may be NULL.
 * Return: 0; -ENOENT if there is none now.
 */
_must_check_ int devid_find(const struct sysroot *root, devid_match *match, void *ctx,
			    char ret[PATH_MAX]);

#endif
