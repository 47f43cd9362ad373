/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The dump target: from what kdump.conf says to the file system that dumps go to, in terms
 * that are still true in the capture kernel: a UUID or a tag, and a path inside; or a server,
 * and the way to it.
 */
#ifndef KDUMP_TARGET_H
#define KDUMP_TARGET_H

#include <stdint.h>

#include "lib/attrs.h"
#include "lib/err.h"
#include "lib/sysroot.h"

#include "kdump/conf.h"
#include "kdump/netrecord.h"

/** struct target - where dumps go. Owns its strings; release with target_done(). */
struct target {
	char *device;     /* the device node now, e.g. /dev/vda1; or what else is mounted */
	char *type;       /* of the file system */
	char *uuid;       /* of the file system; NULL: it is on no block device */
	char *inner;      /* the folder, as a path from the file system's own root */
	char *sysfs;      /* the block device below /sys/devices; NULL as well */
	char *options;    /* to mount it with; NULL: none */
	char *folder;     /* the folder on the running system; NULL: it is not mounted */
	uint64_t devices; /* that a btrfs is spread over; 0 for others */
	char *name;       /* in the capture image's configuration: UUID=..., HOST:/EXPORT, ... */
	char *server;     /* name or address of a network target's; NULL: the target is local */
	char *address;    /* which the server is being reached at; NULL: not known */
	struct netrecord *network; /* the way to the server; NULL before nettarget_route() */
};

/**
 * target_make_default() - create the default dump folder if it is @path and is missing.
 * Return: 0, also when there is nothing to do; -errno.
 */
_must_check_ int target_make_default(const struct sysroot *root, const char *path, struct err *err);

/**
 * target_find() - find the file system that dumps go to: that which @conf names, else that
 * which its path lies on.
 * @ret: untouched on failure.
 * Return: 0; -ENOENT or -ENOTDIR if the path is no folder there; -EINVAL if the target is
 * another than @conf says; -errno.
 */
_must_check_ int target_find(const struct sysroot *root, const struct conf *conf,
			     struct target *ret, struct err *err);

/** target_check_able() - can the capture image dump to it? Return: 0; -ENOTSUP. */
_must_check_ int target_check_able(const struct target *target, const struct conf *conf,
				   struct err *err);

/** target_done() - free what @target owns; fine on one that is all zero. */
void target_done(struct target *target);

#endif
