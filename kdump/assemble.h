/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Making, in the capture kernel, the devices that the image's record says the dump target lies
 * on: arrays are started and mapped devices set up as soon as the disks that they need appear,
 * and the kernel is told of the disks of a btrfs.
 */
#ifndef KDUMP_ASSEMBLE_H
#define KDUMP_ASSEMBLE_H

#include "lib/attrs.h"
#include "lib/err.h"
#include "lib/sysroot.h"

#include "kdump/guard.h"

/**
 * assemble() - make them all, telling of each on the console.
 * @uuid: the file system's that is wanted. If it is there already, as in a rehearsal, or as it is
 * another one than the record is of, nothing is made.
 * @guard: is told of each before it is waited for.
 * An array or a btrfs that can do without some of its members is started without those that do not come.
 * Return: 0, also if there is nothing to make; -ETIMEDOUT if disks are missing; -errno.
 */
_must_check_ int assemble(const struct sysroot *root, const char *uuid, const struct guard *guard,
			  struct err *err);

#endif
