/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The mount options of a running system, made fit for its capture kernel.
 */
#ifndef KDUMP_MOUNTOPTS_H
#define KDUMP_MOUNTOPTS_H

#include <stdbool.h>

#include "lib/attrs.h"
#include "lib/err.h"

#define MOUNTOPTS_BTRFS_TOP "5" /* id of the subvolume that all others lie in; btrfs(5) */

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

/**
 * mountopts_whole_btrfs() - let options mount a btrfs from its top, where every path in it is
 * told by its name alone, and not a subvolume of it. What says so, subvolid=, comes last.
 * @options: malloc()ed or NULL; may be replaced by another, or by NULL.
 * @always: also if they name no subvolume; else the default one stays what is mounted, and
 *	one that is named by its number alone, too.
 * @ret: the subvolume that they named, malloc()ed; NULL if none; the caller frees.
 * Return: 0 or -ENOMEM.
 */
_must_check_ int mountopts_whole_btrfs(char **options, bool always, char **ret, struct err *err);

#endif
