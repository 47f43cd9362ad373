/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The mount options of a running system, made fit for its capture kernel.
 */
#ifndef KDUMP_MOUNTOPTS_H
#define KDUMP_MOUNTOPTS_H

#include "lib/attrs.h"
#include "lib/err.h"

/**
 * mountopts_carry() - what of some options a capture kernel is to mount with, as data for
 * mount(2): those of the file system alone, and of these not what would hinder there.
 * @options: of /proc/self/mountinfo or fstab, parted by commas.
 * @type: the file system's.
 * @ret: malloc()ed; NULL if none are left; the caller frees.
 * Return: 0, -EINVAL for what is no list of options, -ENOMEM.
 */
_must_check_ int mountopts_carry(const char *options, const char *type, char **ret,
				 struct err *err);

#endif
