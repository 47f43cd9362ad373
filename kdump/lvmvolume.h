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

enum {
	LVMVOLUME_ID_MAX = 33,    /* bytes of an id without its dashes, with NUL */
	LVMVOLUME_NAME_MAX = 160, /* bytes of a name in a group, with NUL; LVM's limit is 127 */
};

/** struct lvmvolume - a volume that is looked for; release with lvmvolume_done(). */
struct lvmvolume {
	char group[LVMVOLUME_ID_MAX];
	char id[LVMVOLUME_ID_MAX];
	char *text;     /* the newest description of the group that was seen */
	uint64_t seqno; /* its number */
};

/** struct lvmvolume_snapshot - an old-style (not thin) snapshot of a volume. */
struct lvmvolume_snapshot {
	char name[LVMVOLUME_NAME_MAX];
	struct dmtable store; /* where what was overwritten is kept, as of lvmvolume_table() */
};

/** struct lvmvolume_snapshots - release with lvmvolume_snapshots_done(). */
struct lvmvolume_snapshots {
	struct lvmvolume_snapshot *v;
	size_t n;
	size_t capacity;
};

/** lvmvolume_of() - is a mapped device with that UUID of device-mapper's a logical volume? */
bool lvmvolume_of(const char *dm_uuid, struct lvmvolume *ret);

/**
 * lvmvolume_is_below() - is a mapped device with that UUID what LVM puts below one that has
 * snapshots: the volume as it would be without them?
 */
bool lvmvolume_is_below(const struct lvmvolume *volume, const char *dm_uuid);

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
 *
 * A volume that has snapshots is made without these: who writes to it then invalidates them, see
 * lvmvolume_snapshots().
 */
_must_check_ int lvmvolume_table(const struct lvmvolume *volume, struct dmtable *ret,
				 struct err *err);

/**
 * lvmvolume_snapshots() - list the snapshots of a volume that lvmvolume_table() has made a table of.
 * @ret: an empty list; holds what was found even on failure. A store whose place is not
 * understood has no rows.
 * Return: 0, -EBADMSG, -ENOMEM.
 */
_must_check_ int lvmvolume_snapshots(const struct lvmvolume *volume,
				     struct lvmvolume_snapshots *ret, struct err *err);

/** lvmvolume_snapshots_done() - free the snapshots; the list is empty afterwards. */
void lvmvolume_snapshots_done(struct lvmvolume_snapshots *list);

/** lvmvolume_done() - free what @volume owns. */
void lvmvolume_done(struct lvmvolume *volume);

#endif
