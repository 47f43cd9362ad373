/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * grubby(8), with which RHEL and Fedora change the boot loader's entries, whichever that is:
 * its list of entries, and a kernel argument of one of them.
 */
#ifndef KDUMP_GRUBBY_H
#define KDUMP_GRUBBY_H

#include <stddef.h>

#include "lib/attrs.h"
#include "lib/err.h"
#include "lib/sysroot.h"

#define GRUBBY_PATH "/usr/sbin/grubby" /* where it is, a machine's entries are its */

enum {
	GRUBBY_OUTPUT_MAX = 4 << 20, /* bytes */
	GRUBBY_SECONDS = 120,        /* that one run may take */
};

/** struct grubby_entry - one entry; owns its strings. */
struct grubby_entry {
	char *index; /* a number; tells apart two entries of one kernel */
	char *kernel;
	char *args;
};

/** struct grubby - all entries; release with grubby_done(). */
struct grubby {
	char *program;
	struct grubby_entry *entries;
	size_t count;
	size_t capacity;
};

/** grubby_parse() - read what `grubby --info` prints. @ret: empty. Return: 0 or -ENOMEM. */
_must_check_ int grubby_parse(const char *text, struct grubby *ret);

/**
 * grubby_read() - ask for the entries.
 * @which: "ALL", "DEFAULT" or a kernel's path.
 * @ret: empty.
 * Return: 0; -ENOENT if grubby is not there; -EINVAL if it knows no such entry; -errno.
 */
_must_check_ int grubby_read(const struct sysroot *root, const char *which, struct grubby *ret,
			     struct err *err);

/** grubby_set() - give an entry "NAME=VALUE", in the place of any NAME that it has. */
_must_check_ int grubby_set(const struct grubby *grubby, const struct grubby_entry *entry,
			    const char *name, const char *value, struct err *err);

/** grubby_done() - release. */
void grubby_done(struct grubby *grubby);

#endif
