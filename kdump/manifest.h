/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The record, inside each capture image, of what it was built from. An image is out of
 * date when the record that would be made now differs, and the difference is the reason.
 *
 * The record is text, a fact a line, its fields parted by tabs:
 *
 *	image FORMAT-VERSION COMPRESSION	"dracut" if it compressed it
 *	kernel VERSION
 *	target TYPE NAME FOLDER		NAME: UUID=..., HOST:/EXPORT, ...
 *	network LINE			a line of the way to the server, see netrecord.h
 *	conf LINE			a line of the generated configuration
 *	layers LINE			a line of what is to be made of disks (layers.h)
 *	options LINE			of the list of modules, one that has any
 *	file|module SIZE MTIME NAME SOURCE
 *	device LAYER			dracut's only: what the target's device is built upon
 */
#ifndef KDUMP_MANIFEST_H
#define KDUMP_MANIFEST_H

#include <stdbool.h>

#include "lib/attrs.h"
#include "lib/err.h"

#include "kdump/imageplan.h"
#include "kdump/strv.h"

enum { MANIFEST_MAX = 1 << 20 }; /* bytes; a longer one in an image is not read */

/** struct manifest_changes - how two records differ; release with manifest_changes_done(). */
struct manifest_changes {
	bool maker;          /* kernel, compression, or the way images are made */
	bool target;         /* another file system, or folder in it */
	bool network;        /* another way to the server, or addresses on it */
	bool fence;          /* another way to a node that is told of the capture */
	bool layers;         /* what the target's device is built of */
	bool options;        /* those that modules are loaded with */
	bool storage;        /* that, the drivers for it, or which file system it is */
	struct strv files;   /* files on the machine that changed, came or went */
	struct strv modules; /* modules that were not in the image, by their files */
};

/**
 * manifest_make() - write the record of a plan.
 * @plan: its items and format are used.
 * @ret: malloc()ed text; the caller frees.
 * Return: 0; -errno if a source cannot be looked at.
 */
_must_check_ int manifest_make(const struct image_inputs *in, const struct image_plan *plan,
			       char **ret, struct err *err);

/**
 * manifest_compare() - tell what changed between two records.
 * @ret: all zero at first.
 * Return: 1 if anything did, 0 if not, -ENOMEM.
 */
_must_check_ int manifest_compare(const char *was, const char *is_now,
				  struct manifest_changes *ret);

/** manifest_builder() - who built the image that has this record. */
enum imagebuilder manifest_builder(const char *text);

/** manifest_has_layers() - is the target of the image that has this record made of disks? */
bool manifest_has_layers(const char *text);

/** manifest_changes_done() - free the lists; all zero afterwards. */
void manifest_changes_done(struct manifest_changes *changes);

#endif
