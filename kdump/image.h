/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Capture images on the disk: written from a plan, and asked for what they were made from.
 *
 * An image is two archives in one file, as the kernel allows (driver-api/early-userspace/
 * buffer-format.rst): a small one, not compressed, with the manifest alone, and behind it
 * the compressed one with all else. So the manifest can be read without unpacking.
 */
#ifndef KDUMP_IMAGE_H
#define KDUMP_IMAGE_H

#include <stdint.h>

#include "lib/attrs.h"
#include "lib/err.h"
#include "lib/sysroot.h"

#include "kdump/cpio.h"
#include "kdump/imageplan.h"

/**
 * image_write() - build an image and publish it under its name.
 * @path: as on the machine. An image that is there stays valid until the new one is whole.
 * Return: 0 or -errno.
 */
_must_check_ int image_write(const struct sysroot *root, const struct image_plan *plan,
			     const char *path, struct err *err);

/**
 * image_read_manifest() - get an image's manifest.
 * @ret: malloc()ed text; the caller frees.
 * Return: 0; -ENOENT if there is no image; -EBADMSG if it is not one that we made.
 */
_must_check_ int image_read_manifest(const struct sysroot *root, const char *path, char **ret,
				     struct err *err);

/**
 * image_walk() - go through the files of an image, the manifest first.
 * Return: 0; -ENOENT if there is no image; -EBADMSG if no kernel could unpack it; -ENOTSUP,
 * -EFBIG or -ENOMEM if only we cannot; -errno; what @visit returned, which has then set @err.
 */
_must_check_ int image_walk(const struct sysroot *root, const char *path, cpio_visitor *visit,
			    void *ctx, struct err *err);

/** image_walk_bytes() - the same for an image that is in memory. @path: for messages. */
_must_check_ int image_walk_bytes(struct bytes image, const char *path, cpio_visitor *visit,
				  void *ctx, struct err *err);

/** image_write_manifest() - begin an image: its first archive. Return: 0 or -errno. */
_must_check_ int image_write_manifest(int fd, const char *manifest, struct err *err);

/** image_builder() - tell who built an image. Return: as image_read_manifest(). */
_must_check_ int image_builder(const struct sysroot *root, const char *path, enum imagebuilder *ret,
			       struct err *err);

/** struct image_sizes - what an image takes of the capture kernel's memory; bytes. */
struct image_sizes {
	uint64_t packed;   /* the file */
	uint64_t unpacked; /* in the first file system, where each file has whole pages */
	uint64_t modules;  /* of these, kernel modules, which are loaded besides */
	uint64_t firmware; /* the largest file of it; of many, a card is given one or two */
	enum imagebuilder builder;
};

/**
 * image_measure() - look into an image; what one of dracut's unpacks to is guessed if only a kernel
 * can do that. Return: as image_read_manifest() and image_walk().
 */
_must_check_ int image_measure(const struct sysroot *root, const char *path,
			       struct image_sizes *ret, struct err *err);

#endif
