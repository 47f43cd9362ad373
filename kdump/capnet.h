/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The network in the capture kernel, told of on the console.
 */
#ifndef KDUMP_CAPNET_H
#define KDUMP_CAPNET_H

#include "lib/attrs.h"
#include "lib/err.h"

#include "kdump/guard.h"
#include "kdump/netrecord.h"

/**
 * capnet_up() - bring up what the image's record of the network says. In any other than a
 * capture kernel it is up, and stays as it is. It is tried once: further calls tell the same.
 * @guard: is told of each step that may take time.
 * @ret: the record; untouched on failure.
 * Return: 0 or -errno.
 */
_must_check_ int capnet_up(const struct guard *guard, struct netrecord *ret, struct err *err);

#endif
