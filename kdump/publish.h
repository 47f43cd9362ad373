/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Files that appear under their name only when they are whole and on the disk: written
 * under another name in the same folder, synced, renamed, and the folder synced.
 */
#ifndef KDUMP_PUBLISH_H
#define KDUMP_PUBLISH_H

#include "lib/attrs.h"
#include "lib/err.h"

/**
 * publish() - give a finished file its name.
 * @dir_fd: the folder. @unfinished: what it is called now. @name: what it is to be called;
 *	a file of that name is replaced.
 * Return: 0; -errno with @err set, and the file then keeps the name @unfinished (unless
 *	only syncing the folder failed).
 */
_must_check_ int publish(int dir_fd, const char *unfinished, const char *name, struct err *err);

/** publish_sync() - its first half: all of @unfinished is on the disk. */
_must_check_ int publish_sync(int dir_fd, const char *unfinished, struct err *err);

/** publish_rename() - its second half. */
_must_check_ int publish_rename(int dir_fd, const char *unfinished, const char *name,
				struct err *err);

#endif
