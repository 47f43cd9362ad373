/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The interfaces under one that has an address: the ports of a bond or bridge, what a VLAN
 * stands on, down to real devices.
 */
#ifndef KDUMP_NETSTACK_H
#define KDUMP_NETSTACK_H

#include <stdbool.h>

#include "lib/attrs.h"
#include "lib/err.h"

#include "kdump/netlinks.h"
#include "kdump/netrecord.h"

/** netstack_is_device - is there hardware behind the interface of that name? */
typedef bool netstack_is_device(void *ctx, const char *name);

/**
 * netstack_collect() - write an interface and all under it into a record, lowest first.
 * @index: of the interface.
 * @ret: gets the links appended; may hold some of them on failure.
 * Return: 0; -ENOTSUP, with @err saying why, for an interface that the capture kernel cannot
 * set up again; -EINVAL.
 */
_must_check_ int netstack_collect(const struct netlinks *links, int index,
				  netstack_is_device *is_device, void *ctx, struct netrecord *ret,
				  struct err *err);

#endif
