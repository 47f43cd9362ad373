/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a capture image consists of, worked out without writing anything; and the manifest
 * that tells later whether an image still is what would be built now.
 */
#ifndef KDUMP_IMAGEPLAN_H
#define KDUMP_IMAGEPLAN_H

#include <stddef.h>
#include <sys/types.h>

#include "lib/attrs.h"
#include "lib/err.h"
#include "lib/sysroot.h"

#include "kdump/conf.h"
#include "kdump/fence.h"
#include "kdump/imagebuilder.h"
#include "kdump/kernel.h"
#include "kdump/pack.h"
#include "kdump/strv.h"
#include "kdump/target.h"

/** struct image_inputs - everything that an image depends on; all borrowed. */
struct image_inputs {
	const struct sysroot *root;
	const struct conf *conf; /* the administrator's */
	const struct target *target;
	const struct fence *fence;   /* nodes to be told of the capture */
	const struct target *rootfs; /* where dump_to_rootfs saves to; NULL: it is not asked for */
	const struct kernel *kernel;
	const char *capture;      /* path of the program that is to be init */
	const char *program_dirs; /* where programs are, parted by colons */
};

/** enum image_kind - where an item's contents come from. */
enum image_kind {
	IMAGE_FOLDER,
	IMAGE_DEVICE,  /* a character device */
	IMAGE_TEXT,    /* made by us */
	IMAGE_FILE,    /* a file as it is */
	IMAGE_MODULE,  /* a file, decompressed */
	IMAGE_PACKED,  /* another file, decompressed */
	IMAGE_PROGRAM, /* a file as it is; what it needs is there as IMAGE_FILE */
};

/** struct image_item - one file of an image. */
struct image_item {
	enum image_kind kind;
	mode_t mode;  /* permissions */
	char *name;   /* in the image, without a leading slash */
	char *source; /* of those that are files, as on the machine */
	char *text;   /* of IMAGE_TEXT */
	dev_t device; /* of IMAGE_DEVICE */
};

/**
 * struct image_plan - an image to be; release with image_plan_done(). If dracut is to build it,
 * the items but for programs and texts are only what it depends on.
 */
struct image_plan {
	struct image_item *items; /* sorted by name, folders before what is in them */
	size_t count;
	size_t capacity;
	enum pack_format format;
	char *collector; /* core_collector's program, as on the machine */
	char *manifest;  /* see manifest.h */
	enum imagebuilder builder;
	char *why;               /* why dracut; NULL: it is ours */
	bool snapshots;          /* of the target, which a dump invalidates: lvmsnapshot.h */
	struct strv layers;      /* dracut's: what the target's device is built upon */
	struct strv command;     /* dracut's: what builds the image, in LAYOUT_DRACUT_STAGE */
	struct strv no_firmware; /* modules whose firmware is too much for an image of ours */
};

/**
 * image_plan_make() - work out an image.
 * @ret: untouched on failure.
 * Return: 0; -ENOENT, -ENOTSUP, ... with @err naming what is missing or not handled.
 */
_must_check_ int image_plan_make(const struct image_inputs *in, struct image_plan *ret,
				 struct err *err);

/**
 * image_plan_add_file() - for those who work out a part of an image: add a file of the machine.
 * @kind: IMAGE_FILE, IMAGE_PACKED or IMAGE_MODULE. @mode: permissions. @name: absolute, in the image.
 * Return: 0 or -ENOMEM.
 */
_must_check_ int image_plan_add_file(struct image_plan *plan, enum image_kind kind, mode_t mode,
				     const char *name, const char *source, struct err *err);

/** image_plan_add_text() - the same for a file made by us, which only root may read. */
_must_check_ int image_plan_add_text(struct image_plan *plan, const char *name, const char *text,
				     struct err *err);

/** image_plan_has() - is there an item of that name, without a leading slash? */
bool image_plan_has(const struct image_plan *plan, const char *name);

/** image_plan_done() - free what @plan owns; fine on one that is all zero. */
void image_plan_done(struct image_plan *plan);

#endif
