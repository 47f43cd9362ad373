/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The devices that a block device is built upon, layer by layer down to disks: device-mapper,
 * md and the like, as sysfs links them (slaves/). This is for storage that others put
 * together; what devchain.h handles, it walks itself.
 */
#ifndef KDUMP_DEVSTACK_H
#define KDUMP_DEVSTACK_H

#include "lib/attrs.h"
#include "lib/err.h"
#include "lib/sysroot.h"

#include "kdump/devchain.h"
#include "kdump/strv.h"

/** struct devstack - release with devstack_done(). */
struct devstack {
	struct strv sysfs;     /* folders below /sys/devices, the topmost device first */
	struct strv layers;    /* what tells device-mapper's and md's apart, e.g. "dm LVM-..." */
	struct devchain chain; /* drivers of the disks at the bottom, as far as can be told */
};

/**
 * devstack_read() - go down from a device.
 * @sysfs: its folder below /sys/devices, links resolved.
 * @ret: all zero at first; holds what was read even on failure.
 * Return: 0; -ELOOP for more layers than anybody builds; -errno.
 */
_must_check_ int devstack_read(const struct sysroot *root, const char *sysfs, struct devstack *ret,
			       struct err *err);

/** devstack_done() - free what @stack owns; fine on one that is all zero. */
void devstack_done(struct devstack *stack);

#endif
