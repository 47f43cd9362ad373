/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * This host's own names and addresses.
 */
#ifndef KDUMP_OWNHOST_H
#define KDUMP_OWNHOST_H

#include "lib/attrs.h"
#include "lib/err.h"
#include "lib/sysroot.h"

/**
 * ownhost_is() - is @name this host?
 * @name: its host name, whole or up to the first dot, or one of its addresses, IPv4 or IPv6.
 * Other names are not looked up.
 * Return: 1 or 0; -errno.
 */
_must_check_ int ownhost_is(const struct sysroot *root, const char *name, struct err *err);

#endif
