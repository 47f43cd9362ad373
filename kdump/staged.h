/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A file that replaces another one, or comes to be, at once and whole: it is written as
 * NAME-incomplete in the same folder, and published. Whatever stops that in between leaves
 * what was there before.
 */
#ifndef KDUMP_STAGED_H
#define KDUMP_STAGED_H

#include <limits.h>
#include <sys/types.h>

#include "lib/attrs.h"
#include "lib/err.h"
#include "lib/sysroot.h"

/** struct staged - a file that is being written to @fd; release with staged_done(). */
struct staged {
	int dir; /* the folder, -1 when there is nothing to release */
	int fd;
	char name[NAME_MAX + 1];
	char unfinished[NAME_MAX + 1];
};

#define STAGED_INIT                                                                                \
	{                                                                                          \
		.dir = -1, .fd = -1                                                                \
	}

/**
 * staged_begin() - start to write; what an earlier attempt left is removed.
 * @path: absolute as on the machine. Its folder is made if only that is missing.
 * @mode: permissions, whatever the umask.
 * @ret: untouched on failure.
 * Return: 0 or -errno.
 */
_must_check_ int staged_begin(const struct sysroot *root, const char *path, mode_t mode,
			      struct staged *ret, struct err *err);

/** staged_commit() - all is written: sync it and give it its name. Return: 0 or -errno. */
_must_check_ int staged_commit(struct staged *staged, struct err *err);

/** staged_done() - release; without a commit before, nothing has happened. */
void staged_done(struct staged *staged);

/**
 * staged_write() - replace a file by @text.
 * @path: as above; where a link stands, the file that it leads to is replaced.
 * @mode: of a file that was not there; one that was keeps its own, and its owner.
 * Return: 0 or -errno.
 */
_must_check_ int staged_write(const struct sysroot *root, const char *path, const char *text,
			      mode_t mode, struct err *err);

#endif
