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

/** struct dumpspace - of a target, in bytes. */
struct dumpspace {
	uint64_t need; /* see dumpspace_need() */
	uint64_t room; /* what is free; 0: not asked for */
};

/**
 * dumpspace_read() - how large a dump of this machine may get, and what is free.
 * @folder: where dumps go, on this system; NULL: nobody knows what is free there.
 * Return: 0 or -errno.
 */
_must_check_ int dumpspace_read(const struct sysroot *root, const char *folder,
				const struct strv *collector, struct dumpspace *ret,
				struct err *err);

/**
 * dumpspace_seconds() - how long @need bytes take if @bytes took @ms milliseconds; 0 milliseconds
 * count as one. Return: seconds, rounded up.
 */
uint64_t dumpspace_seconds(uint64_t need, uint64_t bytes, uint64_t ms);

/**
 * dumpspace_check() - compare that with what is free.
 * @folder: where dumps go on the running system. @device: what that is on, for the message.
 * @ret: a warning, malloc()ed; NULL if there is no reason for one; the caller frees.
 * Return: 0 or -errno.
 */
_must_check_ int dumpspace_check(const struct sysroot *root, const char *folder, const char *device,
				 const struct strv *collector, char **ret, struct err *err);

#endif
