/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a block device is built of: down from a mapped device or an md array, which the capture
 * kernel has to make again, to the disks, which appear there by themselves.
 */
#ifndef KDUMP_STACK_H
#define KDUMP_STACK_H

#include <stdbool.h>

#include "lib/attrs.h"
#include "lib/err.h"
#include "lib/sysroot.h"

#include "kdump/devchain.h"
#include "kdump/layers.h"
#include "kdump/strv.h"
#include "kdump/target.h"

/** struct stack - release with stack_done(). */
struct stack {
	struct strv disks;    /* those at the bottom, by their folders below /sys/devices */
	struct strv modules;  /* for what is made of them, by name or alias */
	struct layers layers; /* what has to be made; none for a plain disk */
	bool snapshots;       /* of a volume that is made, which a dump invalidates */
};

/**
 * stack_find() - find out what the device that dumps go to is built of, or all of them.
 * @target: one on a block device.
 * @ret: an empty one; holds what was found even on failure.
 * Return: 0; -ENOTSUP, with @err saying what it is, for what the capture image cannot make.
 */
_must_check_ int stack_find(const struct sysroot *root, const struct target *target,
			    struct stack *ret, struct err *err);

/** stack_drivers() - collect the drivers that a stack needs. Return: as devchain_walk(). */
_must_check_ int stack_drivers(const struct sysroot *root, const struct stack *stack,
			       struct devchain *chain, struct err *err);

/** stack_done() - free what @stack owns; it is empty afterwards. */
void stack_done(struct stack *stack);

#endif
