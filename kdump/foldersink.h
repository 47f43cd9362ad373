/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A dump in a new folder on a mounted file system.
 */
#ifndef KDUMP_FOLDERSINK_H
#define KDUMP_FOLDERSINK_H

#include "lib/attrs.h"
#include "lib/err.h"

#include "kdump/sink.h"

/**
 * foldersink() - dumps go into folders of their own below @parent, which is made, with its
 * parents, when the first one is.
 * @host: first part of the folders' names, see dump_name_write(). Where there is a folder of
 *	that name already, the next free second names it.
 * @ret: the sink; overwritten.
 * Return: 0 or -ENOMEM.
 */
_must_check_ int foldersink(const char *parent, const char *host, struct sink *ret,
			    struct err *err);

/**
 * foldersink_space() - bytes that are free there, for root; UINT64_MAX where that cannot be told.
 * It is how a server is found lost, too: after whatever failed there, the sink's own functions ask.
 */
uint64_t foldersink_space(struct sink *sink);

/** foldersink_parent() - the folder that @sink's dumps go into; NULL if it is another kind. */
const char *foldersink_parent(const struct sink *sink);

#endif
