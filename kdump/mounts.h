/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is mounted where, and what fstab says of what is not.
 */
#ifndef KDUMP_MOUNTS_H
#define KDUMP_MOUNTS_H

#include <stdbool.h>
#include <sys/types.h>

#include "lib/attrs.h"
#include "lib/err.h"
#include "lib/sysroot.h"

#include "kdump/blockdev.h"

/** struct mounted - a mount, or a line of fstab. Owns its strings. */
struct mounted {
	char *source;  /* a device node, HOST:/EXPORT, a tag, ... */
	char *type;    /* of the file system */
	char *root;    /* which folder of the file system is mounted; NULL from fstab */
	char *place;   /* where to */
	char *options; /* those of the file system; of fstab all of them */
	dev_t device;  /* number of the file system; 0 from fstab */
};

/**
 * mounts_of_path() - the mount that a path lies on.
 * @path: absolute, without links.
 * @ret: untouched on failure; release with mounted_done().
 * Return: 0; -ENOENT if the table does not tell; -errno.
 */
_must_check_ int mounts_of_path(const struct sysroot *root, const char *path, struct mounted *ret,
				struct err *err);

/**
 * mounts_of_device() - where a device is mounted; rather a mount of its whole file system than
 * one of a folder in it.
 * Return: 1; 0 if nowhere, with @ret untouched; -errno.
 */
_must_check_ int mounts_of_device(const struct sysroot *root, const struct blockdev *dev,
				  struct mounted *ret, struct err *err);

/** mounts_in_fstab() - the line of fstab that is on a device. Return: 1; 0; -errno. */
_must_check_ int mounts_in_fstab(const struct sysroot *root, const struct blockdev *dev,
				 struct mounted *ret, struct err *err);

/**
 * mounts_of_export() - where an NFS export is mounted.
 * @source: HOST:/EXPORT as it is mounted; a last slash makes no difference.
 * Return: 1; 0 if nowhere, with @ret untouched; -errno.
 */
_must_check_ int mounts_of_export(const struct sysroot *root, const char *source,
				  struct mounted *ret, struct err *err);

/** mounts_of_export_in_fstab() - the line of fstab that is on an export. Return: 1; 0; -errno. */
_must_check_ int mounts_of_export_in_fstab(const struct sysroot *root, const char *source,
					   struct mounted *ret, struct err *err);

/** mounts_of_tag() - where a file system of @type is mounted by its tag. Return: 1; 0; -errno. */
_must_check_ int mounts_of_tag(const struct sysroot *root, const char *type, const char *tag,
			       struct mounted *ret, struct err *err);

/** mounts_of_tag_in_fstab() - the line of fstab that is on a tag. Return: 1; 0; -errno. */
_must_check_ int mounts_of_tag_in_fstab(const struct sysroot *root, const char *type,
					const char *tag, struct mounted *ret, struct err *err);

/** mounted_has() - is @name among the options, without a value? */
bool mounted_has(const struct mounted *m, const char *name);

/** mounted_done() - free what @m owns; fine on one that is all zero. */
void mounted_done(struct mounted *m);

#endif
