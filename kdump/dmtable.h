/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Device-mapper's tables: what a mapped device is made of, read on the running system and set
 * up again in the capture kernel. Done with the kernel's own ioctls (include/uapi/linux/
 * dm-ioctl.h), which take 4 KB of program; libdevmapper with what it needs takes 600 KB.
 */
#ifndef KDUMP_DMTABLE_H
#define KDUMP_DMTABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "lib/attrs.h"
#include "lib/err.h"
#include "lib/sysroot.h"

enum {
	DMTABLE_ROWS_MAX = 4096,    /* in one table */
	DMTABLE_PARAMS_MAX = 4096,  /* bytes of a row's parameters, with NUL */
	DMTABLE_SIZE_MAX = 1 << 20, /* bytes of a table */
};

/** struct dmtable_row - a piece of a mapped device. */
struct dmtable_row {
	uint64_t start;  /* where it lies in the device; sectors */
	uint64_t length; /* sectors */
	char *target;    /* what does it: "linear", ... */
	char *params;    /* for that; devices are MAJOR:MINOR */
};

/** struct dmtable - the table of a mapped device; release with dmtable_done(). */
struct dmtable {
	struct dmtable_row *v;
	size_t n;
	size_t capacity;
};

/**
 * dmtable_read() - read the table that a device has now.
 * @sysfs: the device's folder below /sys/devices. @number: the device's.
 * Below another root than the machine's, where no kernel can be asked, the file dm/table in
 * @sysfs has it, as dmsetup(8) prints it.
 * @ret: an empty table; holds what was read even on failure.
 * Return: 0 or -errno.
 */
_must_check_ int dmtable_read(const struct sysroot *root, const char *sysfs, dev_t number,
			      struct dmtable *ret, struct err *err);

/** dmtable_add() - append a row; its strings are copied. Return: 0 or -ENOMEM. */
_must_check_ int dmtable_add(struct dmtable *table, const struct dmtable_row *row);

/**
 * dmtable_same() - do two tables map to the same places? A device that goes on where it stopped
 * may be one row or several.
 */
bool dmtable_same(const struct dmtable *a, const struct dmtable *b);

/** dmtable_create() - make a mapped device of this kernel. Return: 0 and its number; -errno. */
_must_check_ int dmtable_create(const char *name, const struct dmtable *table, dev_t *ret,
				struct err *err);

/** dmtable_parse_row() - read a row as dmsetup(8) prints it; changes @line. Return: 0, -EINVAL. */
_must_check_ int dmtable_parse_row(char *line, struct dmtable_row *ret, struct err *err);

/** dmtable_done() - free the rows; the table is empty afterwards. */
void dmtable_done(struct dmtable *table);

#endif
