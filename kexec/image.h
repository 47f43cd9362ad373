/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The kernel image: a file, mapped, with its wrappers peeled off in memory, and the loader
 * that recognised what is inside.
 */
#ifndef KEXEC_IMAGE_H
#define KEXEC_IMAGE_H

#include "lib/attrs.h"
#include "lib/err.h"
#include "lib/file.h"
#include "kexec/arch.h"
#include "kexec/loader.h"

struct image {
	struct mapping kernel; /* unwrapped; still the original file where nothing was peeled */
	const struct loader *loader;
};

#define IMAGE_INIT                                                                                 \
	{                                                                                          \
		.kernel = MAPPING_INIT                                                             \
	}

/**
 * image_open() - open, unwrap and recognise a kernel.
 * @type: the name of the one loader that may take it; NULL: any.
 * @ret: release with image_done(); untouched on failure.
 * Return: 0; -ENOEXEC if no loader knows the file; -EBADMSG if it is damaged; -errno.
 */
_must_check_ int image_open(const char *path, const char *type, const struct arch *arch,
			    struct image *ret, struct err *err);

/** image_done() - release; fine on IMAGE_INIT. */
void image_done(struct image *image);

#endif
