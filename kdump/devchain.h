/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The chain of devices from a block device up to the machine's root: partition, disk,
 * controller, buses. Each link that has a driver is a driver that the capture kernel
 * needs (Documentation/filesystems/sysfs.rst: a device's folder lies in its parent's).
 */
#ifndef KDUMP_DEVCHAIN_H
#define KDUMP_DEVCHAIN_H

#include <stddef.h>

#include "lib/attrs.h"
#include "lib/err.h"
#include "lib/sysroot.h"

/** struct devlink - one device that has a driver. */
struct devlink {
	char *driver; /* its name */
	char *module; /* the module that the driver is in; NULL: sysfs names none */
	char *alias;  /* the device's modalias; NULL: it has none */
};

/** struct devchain - from the block device upwards; release with devchain_done(). */
struct devchain {
	struct devlink *v;
	size_t n;
	size_t capacity;
};

/**
 * devchain_walk() - collect the drivers above a block device.
 * @sysfs: its folder below /sys/devices, links resolved (struct target has it).
 * @ret: gets the links appended; holds what was collected even on failure.
 * Return: 0; -ENOTSUP, with @err saying what it is, for devices that need more than
 * drivers to appear (network block devices, ...); -errno. What stack.h knows how to make is
 * for the caller to take apart first.
 */
_must_check_ int devchain_walk(const struct sysroot *root, const char *sysfs, struct devchain *ret,
			       struct err *err);

/** devchain_add_module() - append a link for a module that is no device's. Return: 0, -ENOMEM. */
_must_check_ int devchain_add_module(struct devchain *chain, const char *module);

/** devchain_done() - free the links; the chain is empty afterwards. */
void devchain_done(struct devchain *chain);

#endif
