/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Arrays of the md driver (software RAID): what one is made of, read on the running system, and
 * starting it in the capture kernel. The kernel reads and judges the members' superblocks
 * itself, so that a few ioctls are all it takes, and mdadm need not be in the capture image.
 */
#ifndef KDUMP_MDARRAY_H
#define KDUMP_MDARRAY_H

#include <sys/types.h>

#include "lib/attrs.h"
#include "lib/err.h"
#include "lib/sysroot.h"

#include "kdump/strv.h"

enum { MDARRAY_WORD_MAX = 32 }; /* bytes of a level or version, with NUL */

/** struct mdarray - an array that runs; release with mdarray_done(). */
struct mdarray {
	char level[MDARRAY_WORD_MAX];   /* "raid1", ... */
	char version[MDARRAY_WORD_MAX]; /* of the superblocks: "1.2", ... */
	struct strv members;            /* those in use, by their folders below /sys/devices */
};

/**
 * mdarray_read() - read what an array is.
 * @sysfs: its folder below /sys/devices.
 * @ret: an empty one; holds what was read even on failure.
 * Return: 0; -ENOTSUP if it is of a kind that the capture kernel cannot be told to start.
 */
_must_check_ int mdarray_read(const struct sysroot *root, const char *sysfs, struct mdarray *ret,
			      struct err *err);

/** mdarray_done() - free what @array owns; it is empty afterwards. */
void mdarray_done(struct mdarray *array);

/**
 * mdarray_start() - start an array in this kernel. Nothing is synchronized meanwhile: that is
 * left to the next boot, and the disks to the dump.
 * @number: its number among those started, from 0.
 * @version: of its superblocks.
 * @members: the nodes of those that are there.
 * @ret: the array's device number.
 * Return: 0 or -errno.
 */
_must_check_ int mdarray_start(unsigned int number, const char *version, const struct strv *members,
			       dev_t *ret, struct err *err);

#endif
