/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A logical volume as the metadata on its disks describe it today. A capture kernel that made it
 * by a table that was read earlier would, after a pvmove or lvextend, write to sectors that are
 * another volume's by now: it is the metadata that say where a volume lies, and whether it may
 * be written to without LVM.
 */
#ifndef KDUMP_LVMVOLUME_H
#define KDUMP_LVMVOLUME_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/attrs.h"
#include "lib/err.h"
#include "lib/sysroot.h"

#include "kdump/dmtable.h"

enum { LVMVOLUME_ID_MAX = 33 }; /* bytes of an id without its dashes, with NUL */

/** struct lvmvolume - a volume that is looked for; release with lvmvolume_done(). */
struct lvmvolume {
	char group[LVMVOLUME_ID_MAX];
	char id[LVMVOLUME_ID_MAX];
	char *text;     /* the newest description of the group that was seen */
	uint64_t seqno; /* its number */
};

/** lvmvolume_of() - is a mapped device with that UUID of device-mapper's a logical volume? */
bool lvmvolume_of(const char *dm_uuid, struct lvmvolume *ret);

/**
 * lvmvolume_look() - look at a physical volume for a newer description. One that has none, or
 * one of another group, or cannot be read, counts as not there. Return: 0, -ENOMEM.
 */
_must_check_ int lvmvolume_look(const struct sysroot *root, const char *node,
				struct lvmvolume *volume, struct err *err);

/** lvmvolume_take() - the same for a description's text, which is kept or freed. */
void lvmvolume_take(struct lvmvolume *volume, char *text);

/**
 * lvmvolume_table() - make the table that the newest description says.
 * @ret: an empty table; devices are written @UUID=U. Holds what was made even on failure.
 * Return: 0; -ENODATA if no description was seen, or the volume is not in it; -ENOTSUP if it is
 * not one that may be made by a table alone; -EBADMSG; -ENOMEM.
 */
_must_check_ int lvmvolume_table(const struct lvmvolume *volume, struct dmtable *ret,
				 struct err *err);

/** lvmvolume_done() - free what @volume owns. */
void lvmvolume_done(struct lvmvolume *volume);

#endif
