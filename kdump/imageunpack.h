/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A capture image's files put into a folder, as the kernel puts them into its first file
 * system.
 */
#ifndef KDUMP_IMAGEUNPACK_H
#define KDUMP_IMAGEUNPACK_H

#include "lib/attrs.h"
#include "lib/err.h"
#include "lib/sysroot.h"

/**
 * image_unpack() - unpack an image of ours.
 * @path: of the image, as on the machine. @dir_fd: the folder, empty.
 * Return: 0; -EBADMSG if it is no image; -EINVAL if it leads out of the folder; -errno. What was
 * unpacked until then stays.
 */
_must_check_ int image_unpack(const struct sysroot *root, const char *path, int dir_fd,
			      struct err *err);

#endif
