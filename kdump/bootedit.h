/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Writing crashkernel= into the files that kernel command lines are made from (bootconf.h).
 * Every file is replaced whole or not at all, every change is shown, and a value that an
 * administrator chose is left alone unless told otherwise.
 */
#ifndef KDUMP_BOOTEDIT_H
#define KDUMP_BOOTEDIT_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/attrs.h"
#include "lib/err.h"
#include "lib/sysroot.h"

#include "kdump/bootconf.h"

/* Debian's GRUB reads every file of that folder; this one is ours. */
#define BOOTEDIT_OWN_FILE BOOTCONF_GRUB_FOLDER "/kexec-kdump.cfg"

/**
 * bootedit_line() - one command line with another crashkernel=.
 * @cmdline: quotes of a shell around it are the caller's business.
 * @value: what stands behind the '='; all there was before goes.
 * @ret: malloc()ed; the caller frees. Untouched on failure.
 * Return: 0, -ENOMEM; -EINVAL for a quote without its partner, which would take the value in.
 */
_must_check_ int bootedit_line(const char *cmdline, const char *value, char **ret);

/**
 * bootedit_assignment() - the same inside a line NAME="...", of a file that a shell reads.
 * Return: 0, -ENOMEM; -EINVAL for a line whose quotes are not simply around the whole.
 */
_must_check_ int bootedit_assignment(const char *line, const char *value, char **ret);

/** struct bootedit - what is wanted. */
struct bootedit {
	const struct sysroot *root;
	const char *value;                     /* of crashkernel= */
	bool force;                            /* change values that somebody chose, too */
	bool (*may_change)(const char *value); /* is this one nobody's choice? */
};

/**
 * bootedit_apply() - write the value where this machine's command lines come from, and have
 * the boot loader's configuration generated. What is changed is shown on standard output.
 * If generating fails, the files are put back as they were.
 * Return: 1 if something was changed, 0 if all was so already; -EPERM for a value that
 * somebody chose, -ENOENT if no such file is known here, -errno.
 */
_must_check_ int bootedit_apply(const struct bootedit *edit, struct err *err);

#endif
