/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Work that mounts something for a moment, in a process and a mount namespace of its own: nobody
 * else sees it, and all of it is gone when the work has ended, also by a signal.
 */
#ifndef KDUMP_MOUNTSPACE_H
#define KDUMP_MOUNTSPACE_H

#include "lib/attrs.h"
#include "lib/err.h"

/**
 * mountspace_work - what is done there. @place: an empty folder in memory. @ctx: a copy of the
 * caller's; nothing that is changed comes back. Return: 0 or more, or -errno.
 */
typedef int mountspace_work(const char *place, const void *ctx, struct err *err);

/**
 * mountspace_run() - do @work there. Takes root's privileges.
 * @seconds: time until it is killed.
 * Return: as @work; -ETIMEDOUT; -errno.
 */
_must_check_ int mountspace_run(mountspace_work *work, const void *ctx, unsigned int seconds,
				struct err *err);

#endif
