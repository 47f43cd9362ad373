/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Files that dracut_args of kdump.conf names with --install, for an image of ours: what stands
 * in configurations of old is then no reason for dracut's image, which is ten times as big.
 */
#ifndef KDUMP_DRACUTFILES_H
#define KDUMP_DRACUTFILES_H

#include "lib/attrs.h"
#include "lib/err.h"

#include "kdump/imageplan.h"

/**
 * dracutfiles_add() - add them where they are on the machine, programs with what they need; what
 * the image has already stays.
 * Return: 0; -ENOENT, ... with @err naming the file; -errno.
 */
_must_check_ int dracutfiles_add(const struct image_inputs *in, const struct strv *files,
				 struct image_plan *plan, struct err *err);

#endif
