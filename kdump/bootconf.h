/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where this machine's kernel command lines are written: the files that an administrator
 * edits, and those that the boot loader reads, which a program generates from the former.
 *
 * Known are GRUB's defaults (info grub, "Simple configuration") with the files that it
 * generates, the entries of the Boot Loader Specification (uapi-group.org) and the command
 * line of kernel-install(8). Files that are not there, or cannot be read, hold nothing.
 */
#ifndef KDUMP_BOOTCONF_H
#define KDUMP_BOOTCONF_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/attrs.h"
#include "lib/err.h"
#include "lib/sysroot.h"

#define BOOTCONF_GRUB_DEFAULTS "/etc/default/grub"
#define BOOTCONF_GRUB_FOLDER   "/etc/default/grub.d"
#define BOOTCONF_KERNEL_LINE   "/etc/kernel/cmdline"

enum {
	BOOTCONF_FILE_MAX = 4 << 20, /* bytes; longer files are left out */
	BOOTCONF_ENTRIES_MAX = 4096, /* files in a folder that are looked at */
};

/** enum bootconf_kind - what a command line was found in. */
enum bootconf_kind {
	BOOTCONF_GRUB_VARIABLE, /* an assignment in GRUB's defaults */
	BOOTCONF_KERNEL_INSTALL,
	BOOTCONF_GRUB_ENTRY, /* a linux command of a generated grub.cfg */
	BOOTCONF_BLS_ENTRY,  /* options of a Boot Loader Specification entry */
};

/** struct bootconf_line - one command line. Owns its strings. */
struct bootconf_line {
	enum bootconf_kind kind;
	char *path;          /* of the file, as on the machine */
	unsigned int number; /* of the line, from 1 */
	char *cmdline;       /* unquoted */
};

/** struct bootconf - all of them; release with bootconf_done(). */
struct bootconf {
	struct bootconf_line *lines; /* what administrators edit comes first */
	size_t count;
	size_t capacity;
};

/** bootconf_read() - look for all of them. @ret: empty. Return: 0 or -ENOMEM. */
_must_check_ int bootconf_read(const struct sysroot *root, struct bootconf *ret, struct err *err);

/** bootconf_done() - release. */
void bootconf_done(struct bootconf *conf);

/** bootconf_is_generated() - is @line read by the boot loader itself, and not to be edited? */
bool bootconf_is_generated(const struct bootconf_line *line);

/**
 * bootconf_generator() - the command that generates GRUB's configuration, for a person or
 * words_split() to read, e.g. "update-grub".
 * @conf: what bootconf_read() found below @root.
 * Return: NULL if the machine has none that is known here.
 */
const char *bootconf_generator(const struct sysroot *root, const struct bootconf *conf);

#endif
