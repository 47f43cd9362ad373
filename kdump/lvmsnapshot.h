/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Old-style snapshots of the volume that a dump goes to. The capture kernel writes past them: to
 * keep them whole it would have to copy all that the dump takes the place of, from a disk that may
 * be failing, and with memory for each chunk that they ever kept, of which it has little. What is
 * left in them is then a mixture that looks whole, and restores into a damaged file system. So
 * they are marked as those are that overflow, and LVM itself refuses to use or merge them.
 */
#ifndef KDUMP_LVMSNAPSHOT_H
#define KDUMP_LVMSNAPSHOT_H

#include <stdint.h>

#include "lib/attrs.h"
#include "lib/err.h"
#include "lib/sysroot.h"

#include "kdump/lvmvolume.h"

/* For people, when arming. */
#define LVMSNAPSHOT_WARNING                                                                        \
	"the dump target has LVM snapshots, which a dump makes invalid; kdump.conf(5), "           \
	"\"Snapshots\", says what keeps them"

/**
 * lvmsnapshot_invalidate() - mark a snapshot as invalid in the header of its store.
 * @node: the disk that the store begins on. @sector: where.
 * Return: 1; 0 if it was invalid before; -EBADMSG if there is no such header; -errno.
 */
_must_check_ int lvmsnapshot_invalidate(const struct sysroot *root, const char *node,
					uint64_t sector, struct err *err);

/**
 * lvmsnapshot_give_up() - do so for all snapshots of a volume that is going to be written to,
 * telling of each on the console. None that cannot be marked keeps a dump from being saved.
 */
void lvmsnapshot_give_up(const struct sysroot *root, const struct lvmvolume *volume);

#endif
