/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Firmware: files that a driver has the kernel read when it finds its device (many host bus
 * adapters and network cards do nothing without). Each module names those that it may ask for,
 * most of them for hardware that this machine does not have, so that one which is not installed
 * is no failure.
 */
#ifndef KDUMP_FIRMWARE_H
#define KDUMP_FIRMWARE_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/attrs.h"
#include "lib/err.h"
#include "lib/sysroot.h"

#include "kdump/strv.h"

/** FIRMWARE_FOLDER - where every kernel looks. */
#define FIRMWARE_FOLDER "/lib/firmware"

enum { FIRMWARE_MAX_MIB = 32 }; /* unpacked, of all modules of an image */

/** struct firmware - element i of the first two lists is one file; all zero is none. */
struct firmware {
	struct strv names;    /* as drivers ask for them, below FIRMWARE_FOLDER */
	struct strv paths;    /* as on the machine, maybe compressed */
	struct strv left_out; /* modules whose files would be too much */
	uint64_t size;        /* bytes, unpacked; about, of what is compressed */
};

/**
 * firmware_add() - find what a module may ask for where the kernel looks for it: in the folder
 * that its parameter firmware_class.path names, in FIRMWARE_FOLDER and what is in there for
 * updates and for its version; as it is, or else compressed.
 * @version: the kernel's that is to load it.
 * @module: its name. All that it names is taken, or nothing if that is too much.
 * @wanted: the files that it names; they may have wildcards.
 * @ret: what was found is added to it.
 * Return: 0, also if there is none; -errno.
 */
_must_check_ int firmware_add(const struct sysroot *root, const char *version, const char *module,
			      const struct strv *wanted, struct firmware *ret, struct err *err);

/** firmware_is_packed() - is the file at @path compressed, as far as its name tells? */
bool firmware_is_packed(const char *path);

/** firmware_done() - free the lists; all zero afterwards. */
void firmware_done(struct firmware *firmware);

#endif
