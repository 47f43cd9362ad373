/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Mounting an NFS export in the capture kernel. The kernel's own client does all that
 * mount.nfs(8) does in a running system, if it is told the addresses.
 */
#ifndef KDUMP_CAPNFS_H
#define KDUMP_CAPNFS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/attrs.h"
#include "lib/err.h"
#include "lib/sysroot.h"

#include "kdump/guard.h"
#include "kdump/netrecord.h"

enum {
	CAPNFS_OPTIONS_MAX = 4096, /* bytes: what mount(2) takes */
	/*
	 * Until anything on a server that is gone has failed, by the options of capnfs_options().
	 * The guard must wait for longer than this. Version 4 counts its three minutes a second
	 * time if the connection, which has the same time, was not given up before them.
	 */
	CAPNFS_ERROR_SECONDS = 2 * 180,
	CAPNFS_GUARD_SECONDS = CAPNFS_ERROR_SECONDS + 60,
	CAPNFS_OWED_BYTES = 32 << 20,
};

/** capnfs_has_option() - does one of that name, as far as a '=', stand in a list? NULL is none. */
bool capnfs_has_option(const char *options, const char *name);

/**
 * capnfs_may_pass() - is it of use to try again after a mount that failed so: a server or a switch
 * may be starting?
 */
bool capnfs_may_pass(int r);

/**
 * capnfs_options() - what to mount with. A server that is gone makes an error after some minutes,
 * so that failure_action has its turn, unless @carried has one of hard, soft and softerr.
 * @carried: options of the image's configuration; NULL: none.
 * @version: option to add, for an export that was not mounted; "": none.
 * Return: 0, -ENAMETOOLONG.
 */
_must_check_ int capnfs_options(const struct netrecord *record, const char *carried,
				const char *version, char ret[static CAPNFS_OPTIONS_MAX],
				struct err *err);

/**
 * capnfs_owe_little() - let the kernel have no more than about CAPNFS_OWED_BYTES on their way to
 * a server. A soft mount gives a write up when its time is over, on a server that is slow as on
 * one that is dead, and the last of those that are on their way waits for all others; and what
 * the server is to bring to its disk in one go is not more either. Never raised.
 * @memory: bytes that there are.
 * Return: 0 or -errno.
 */
_must_check_ int capnfs_owe_little(const struct sysroot *root, uint64_t memory, struct err *err);

/**
 * capnfs_mount() - mount an export where dump targets are mounted.
 * @source: HOST:/EXPORT.
 * @carried: options of the image's configuration; NULL: none. If they name no version, the
 *	newest that the server has is taken.
 * Return: 0 or -errno; a server that does not answer is tried for a bounded time.
 */
_must_check_ int capnfs_mount(const struct netrecord *record, const char *source,
			      const char *carried, const struct guard *guard, struct err *err);

#endif
