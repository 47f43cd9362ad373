/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The running kernel's log, read from /dev/kmsg (kernel documentation, ABI/testing/dev-kmsg):
 * what it said about something that cannot be asked for otherwise.
 */
#ifndef KDUMP_KMSG_H
#define KDUMP_KMSG_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/attrs.h"
#include "lib/err.h"
#include "lib/sysroot.h"

enum {
	KMSG_RECORD_MAX = 8192, /* bytes; the kernel's own limit */
	KMSG_RECORDS_MAX =
		1 << 20, /* that are looked at: the log does not end while others write */
};

/** kmsg_visitor - called for each message. @usec: since the kernel's start. Return: 0, -errno. */
typedef int kmsg_visitor(void *ctx, uint64_t usec, const char *message);

/**
 * kmsg_each() - visit the messages that are there now, oldest first, without prefix.
 * Return: 0, also if the log may not be read; else what @visit returned.
 */
_must_check_ int kmsg_each(const struct sysroot *root, kmsg_visitor *visit, void *ctx);

/**
 * kmsg_last() - the last message that is wanted.
 * @wanted: is it this one? Messages come without prefix, oldest first.
 * @ret: malloc()ed; the caller frees. NULL if there is none, or the log may not be read.
 * Return: 0 or -ENOMEM.
 */
_must_check_ int kmsg_last(const struct sysroot *root, bool (*wanted)(const char *message),
			   char **ret, struct err *err);

#endif
