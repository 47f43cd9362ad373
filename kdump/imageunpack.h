/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A capture image's files put into a folder, as the kernel puts them into its first file
 * system.
 */
#ifndef KDUMP_IMAGEUNPACK_H
#define KDUMP_IMAGEUNPACK_H

#include "lib/attrs.h"
#include "lib/bytes.h"
#include "lib/err.h"

/**
 * image_unpack() - unpack an image.
 * @image: its bytes. @path: of it, for messages. @dir_fd: the folder, empty. Links are followed, so
 *	for an image that may have some it is the root of the process.
 * Return: 0; -EBADMSG if it is no image; -EINVAL if it leads out of the folder; -errno. What was
 * unpacked until then stays.
 */
_must_check_ int image_unpack(struct bytes image, const char *path, int dir_fd, struct err *err);

#endif
