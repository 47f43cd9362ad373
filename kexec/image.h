/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The kernel image: a file, mapped, with its wrappers peeled off in memory, and the loader
 * that recognised what is inside. What else a wrapper had inside comes along.
 */
#ifndef KEXEC_IMAGE_H
#define KEXEC_IMAGE_H

#include <stdio.h>

#include "lib/attrs.h"
#include "lib/err.h"
#include "lib/file.h"
#include "kexec/arch.h"
#include "kexec/loader.h"

enum {
	IMAGE_WRAPPERS_MAX = 4, /* no real kernel is wrapped more than three times */
};

struct image {
	struct mapping kernel; /* unwrapped; still the original file where nothing was peeled */
	const struct loader *loader;
	struct mapping initrd; /* of a unified kernel image; else empty, as the next two */
	struct mapping dtb;
	char *cmdline;                            /* owned; NULL: none came along */
	const char *wrappers[IMAGE_WRAPPERS_MAX]; /* names of those peeled off, from outside in */
	unsigned int wrapper_count;
};

#define IMAGE_INIT                                                                                 \
	{                                                                                          \
		.kernel = MAPPING_INIT, .initrd = MAPPING_INIT, .dtb = MAPPING_INIT,               \
	}

/**
 * image_open() - open, unwrap and recognise a kernel.
 * @request: names the file, and with --type the one loader that may take it, or "uki".
 * @ret: release with image_done(); untouched on failure. Its kernel and initrd may be
 *	mapping_slice()s.
 * Return: 0; -ENOEXEC if no loader knows the file; -EBADMSG if it is damaged; -EFBIG if it
 * unpacks to more than any kernel has; -errno.
 */
_must_check_ int image_open(const struct request *request, const struct arch *arch,
			    struct image *ret, struct err *err);

/**
 * image_from() - the same for a file that is mapped, of any type.
 * @file: taken over, also on failure. @name: its name, for messages.
 */
_must_check_ int image_from(struct mapping *file, const char *name, const struct arch *arch,
			    struct image *ret, struct err *err);

/** image_print_types() - the names that --type takes, on one line. */
void image_print_types(FILE *out, const struct arch *arch);

/** image_done() - release; fine on IMAGE_INIT. */
void image_done(struct image *image);

#endif
