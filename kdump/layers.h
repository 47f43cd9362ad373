/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The record, in the capture image, of the devices that have to be made there out of disks
 * before there is a dump target: md arrays and mapped devices, each above those that it needs;
 * and a btrfs on several devices, which the kernel has to be told of. The arming side writes it, the capture side reads it.
 *
 * It is text, a fact a line:
 *
 *	md VERSION LEVEL UUID		begins an array
 *	btrfs UUID			begins a btrfs, which is above all others
 *	member UUID			a member of that, by what it alone has
 *	dm NAME				begins a mapped device; the name goes up to the end
 *	lv GROUP VOLUME			it is a logical volume, by what LVM calls both: the table
 *					is as it was, the truth is on its disks (lvmvolume.h)
 *	from DEVICE			a disk that has these metadata, as none of its own has
 *	map START LENGTH TARGET PARAMS	a row of its table
 *
 * In DEVICE and PARAMS devices are written @UUID=U or @PARTUUID=U, by what is on them, or @N, which is the
 * Nth device of the record, counted from 1.
 */
#ifndef KDUMP_LAYERS_H
#define KDUMP_LAYERS_H

#include <stddef.h>

#include "lib/attrs.h"
#include "lib/err.h"

#include "kdump/devid.h"
#include "kdump/dmtable.h"
#include "kdump/lvmvolume.h"
#include "kdump/mdarray.h"
#include "kdump/strv.h"

enum {
	LAYERS_MAX = 64,           /* devices */
	LAYERS_SIZE_MAX = 4 << 20, /* bytes of a record */
};

/** enum layer_kind - what makes a device. */
enum layer_kind { LAYER_MD, LAYER_DM, LAYER_BTRFS };

/** struct layer - a device to be made. */
struct layer {
	enum layer_kind kind;
	/* An array's. */
	char version[MDARRAY_WORD_MAX];
	char level[MDARRAY_WORD_MAX];
	/* An array's or a btrfs's. */
	char uuid[DEVID_MAX];
	struct strv members;
	/* A mapped device's. */
	char *name;
	char group[LVMVOLUME_ID_MAX]; /* of a logical volume; "": it is none */
	char volume[LVMVOLUME_ID_MAX];
	char *from; /* another disk that has its metadata; NULL: its own have */
	struct dmtable table;
};

/** struct layers - in the order in which they can be made; release with layers_done(). */
struct layers {
	struct layer *v;
	size_t n;
	size_t capacity;
};

/** layers_add() - append a layer, whose contents pass on in any case. Return: 0, -errno. */
_must_check_ int layers_add(struct layers *layers, struct layer *layer, struct err *err);

/** layers_format() - write the record. @ret: malloc()ed. Return: 0, -ENOMEM. */
_must_check_ int layers_format(const struct layers *layers, char **ret, struct err *err);

/**
 * layers_parse() - read a record.
 * @text: is changed.
 * @ret: an empty list; holds what was read even on failure.
 * Return: 0, -EINVAL, -ENOMEM.
 */
_must_check_ int layers_parse(char *text, struct layers *ret, struct err *err);

/** layer_done() - free what @layer owns. */
void layer_done(struct layer *layer);

/** layers_done() - free the layers; the list is empty afterwards. */
void layers_done(struct layers *layers);

#endif
