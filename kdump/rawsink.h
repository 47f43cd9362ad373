/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A dump on a device without a file system, from its first byte on: there is room for the
 * memory alone, which is streamed. The next start of the service takes it from there.
 */
#ifndef KDUMP_RAWSINK_H
#define KDUMP_RAWSINK_H

#include "lib/attrs.h"
#include "lib/err.h"

#include "kdump/sink.h"

/**
 * rawsink() - dumps go to a block device that nobody else uses.
 * @node: its device node.
 * @ret: the sink; overwritten.
 * Return: 0; -ENOTBLK; -EBUSY; -errno.
 */
_must_check_ int rawsink(const char *node, struct sink *ret, struct err *err);

#endif
