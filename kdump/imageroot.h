/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Running a program of a capture image on the machine as it is, in the file system that it
 * will find after a crash: the image's files and nothing else, in memory, as the root of a
 * mount namespace of its own. All of it is gone when the program has ended.
 */
#ifndef KDUMP_IMAGEROOT_H
#define KDUMP_IMAGEROOT_H

#include "lib/attrs.h"
#include "lib/err.h"
#include "lib/sysroot.h"

/**
 * imageroot_run() - unpack an image and run a program in it. Takes root's privileges.
 * @image: its path as on the machine.
 * @argv: argv[0] is the program's path in the image.
 * @seconds: time until it is killed.
 * @ret_status: see run_program().
 * Return: 0 if it ran to its end; -EBADMSG if that is no image of ours; -ETIMEDOUT; -errno.
 */
_must_check_ int imageroot_run(const struct sysroot *root, const char *image, char *const *argv,
			       unsigned int seconds, int *ret_status, struct err *err);

#endif
