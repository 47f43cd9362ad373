/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A dump in a new folder on a server that is logged in to with ssh. Files are streamed to the
 * server; scp, as the collector, copies the memory by itself.
 */
#ifndef KDUMP_SSHSINK_H
#define KDUMP_SSHSINK_H

#include <stdbool.h>

#include "lib/attrs.h"
#include "lib/err.h"

#include "kdump/guard.h"
#include "kdump/sink.h"
#include "kdump/sshcommand.h"

/**
 * sshsink() - dumps go into folders of their own below a folder of a server, which is made,
 * with its parents; this is where the server has to answer, for which there is a bounded wait.
 * @ssh: @program is ssh; borrowed.
 * @parent: absolute path on the server.
 * @copies: the collector is scp, which is given a place on the server to write to.
 * @host: first part of the folders' names, see dump_name_write().
 * @guard: is told of each step that may take time; borrowed.
 * @ret: the sink; overwritten.
 * Return: 0 or -errno.
 */
_must_check_ int sshsink(const struct sshcommand *ssh, const char *parent, bool copies,
			 const char *host, const struct guard *guard, struct sink *ret,
			 struct err *err);

#endif
