/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whether there is room for a dump: how large it may get, from what the memory is used for
 * now, against what is free where it goes.
 */
#ifndef KDUMP_DUMPSPACE_H
#define KDUMP_DUMPSPACE_H

#include <stdint.h>

#include "lib/attrs.h"
#include "lib/err.h"
#include "lib/sysroot.h"

#include "kdump/strv.h"

/**
 * dumpspace_need() - how large a dump of this machine may get.
 * @meminfo: text of /proc/meminfo.
 * @collector: core_collector's words. What makedumpfile's dump level leaves out is left out
 *	here: free, user and cache pages. Any other program saves all. Compression is not
 *	counted on.
 * Return: bytes; 0 if @meminfo does not tell.
 */
uint64_t dumpspace_need(const char *meminfo, const struct strv *collector);

/**
 * dumpspace_check() - compare that with what is free.
 * @folder: where dumps go on the running system. @device: what that is on, for the message.
 * @ret: a warning, malloc()ed; NULL if there is no reason for one; the caller frees.
 * Return: 0 or -errno.
 */
_must_check_ int dumpspace_check(const struct sysroot *root, const char *folder, const char *device,
				 const struct strv *collector, char **ret, struct err *err);

#endif
