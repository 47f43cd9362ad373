/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Names that exist in ssh's own configuration only, ssh_config(5), and that therefore lead
 * nowhere in a capture image.
 */
#ifndef KDUMP_SSHALIAS_H
#define KDUMP_SSHALIAS_H

#include "lib/attrs.h"
#include "lib/err.h"
#include "lib/sysroot.h"

/**
 * sshalias_is() - does ssh's configuration give @host another HostName? Root's and the
 * system's file are read, without what they include or match by pattern.
 * Return: 1 or 0; -errno.
 */
_must_check_ int sshalias_is(const struct sysroot *root, const char *host, struct err *err);

#endif
