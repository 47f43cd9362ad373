/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Capture images that dracut builds, with our module for it (units/dracut), which carries
 * the same programs and the same configuration as an image of ours.
 *
 * Such an image is on the disk as ours are: first the manifest, then what dracut made. What
 * dracut puts into it is its own affair; it is built anew when anything changes that dracut
 * is likely to look at.
 */
#ifndef KDUMP_DRACUTIMAGE_H
#define KDUMP_DRACUTIMAGE_H

#include "lib/attrs.h"
#include "lib/err.h"

#include "kdump/imageplan.h"

/**
 * dracutimage_plan() - find dracut, and add to @plan what a change of is to be noticed, and the
 * command. Programs and configuration are in it already. Return: 0 or -errno.
 */
_must_check_ int dracutimage_plan(const struct image_inputs *in, struct image_plan *plan,
				  struct err *err);

/**
 * dracutimage_write() - have dracut build an image, and publish it under its name.
 * @path: as image_write().
 * Return: 0 or -errno; an image that was there is then as it was.
 */
_must_check_ int dracutimage_write(const struct sysroot *root, const struct image_plan *plan,
				   const char *path, struct err *err);

/**
 * dracutimage_check() - is in an image what the capture runs, as far as can be told?
 * @path: as on the machine.
 * Return: 1; 0 if it cannot be looked into, and it was told why; -EBADMSG if no kernel could unpack
 * it; -ENOENT if there is none or something is missing; -errno.
 */
_must_check_ int dracutimage_check(const struct sysroot *root, const char *path,
				   const struct image_plan *plan, struct err *err);

#endif
