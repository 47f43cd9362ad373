/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The folders beside kdump.conf whose programs are run because they are there: before the
 * dump, after it, and when it failed. They are the same in the capture image.
 */
#ifndef KDUMP_HOOKFOLDER_H
#define KDUMP_HOOKFOLDER_H

#include "lib/attrs.h"
#include "lib/err.h"
#include "lib/sysroot.h"

#include "kdump/strv.h"

#define HOOKFOLDER_PRE       "/etc/kdump/pre.d"
#define HOOKFOLDER_POST      "/etc/kdump/post.d"
#define HOOKFOLDER_EMERGENCY "/etc/kdump/emergency.d"

/**
 * hookfolder_list() - the programs of a folder, in the order in which they are run: that of
 * their names' bytes. A program is a regular file, or a link to one, that may be executed and
 * whose name does not begin with a dot.
 * @ret: their paths are appended. Untouched if there is no such folder.
 * Return: 0, -E2BIG if there are absurdly many, -ENOMEM.
 */
_must_check_ int hookfolder_list(const struct sysroot *root, const char *folder, struct strv *ret,
				 struct err *err);

#endif
