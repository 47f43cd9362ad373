/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The way from this machine to a server, as the running kernel goes it: which address is
 * spoken to, from which one, over which gateway and interfaces.
 */
#ifndef KDUMP_NETROUTE_H
#define KDUMP_NETROUTE_H

#include "lib/attrs.h"
#include "lib/err.h"
#include "lib/sysroot.h"

#include "kdump/netrecord.h"

/**
 * netroute_record() - record the way to a server.
 * @root: below a sysroot no kernel can be asked; a record is then read from where the
 *	capture image has its own (LAYOUT_NETWORK).
 * @host: its name or address.
 * @address: the one that it is known to be reached at; NULL: @host is looked up.
 * @family: AF_INET or AF_INET6: only such an address will do; AF_UNSPEC: either.
 * @ret: untouched on failure.
 * Return: 0; -EHOSTUNREACH, -ENOTSUP, ... with @err saying what is in the way.
 */
_must_check_ int netroute_record(const struct sysroot *root, const char *host, const char *address,
				 int family, struct netrecord *ret, struct err *err);

#endif
