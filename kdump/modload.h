/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Loading the capture image's kernel modules, in the order that was worked out when the
 * image was built; nothing is looked up here.
 */
#ifndef KDUMP_MODLOAD_H
#define KDUMP_MODLOAD_H

#include "lib/attrs.h"
#include "lib/err.h"
#include "lib/sysroot.h"

#include "kdump/strv.h"

/**
 * modload_failure - called for a module that could not be loaded, or not with its options; the
 * others go on.
 */
typedef void modload_failure(void *ctx, const char *name, const struct err *err);

/**
 * modload_parameters() - a module's parameters from a kernel command line, where they
 * stand as MODULE.NAME=VALUE; '-' and '_' are the same in a module's name.
 * @module: its file name up to the dot counts.
 * @ret: malloc()ed words NAME=VALUE parted by blanks; the caller frees.
 * Return: 0 or -ENOMEM.
 */
_must_check_ int modload_parameters(const char *cmdline, const char *module, char **ret);

/**
 * modload_choices() - what to load a module with: the options that the image's list has for it and
 * the command line's behind them, which then count; and less where that fails. What the machine's
 * kernel takes may be wrong in the capture kernel (more queues than it has processors, which nvme
 * refuses), and a driver without its options is better than none.
 * @options: "" for none. @ret: words NAME=VALUE parted by blanks, best first; the last is "".
 * Return: 0 or -ENOMEM.
 */
_must_check_ int modload_choices(const char *options, const char *cmdline, const char *module,
				 struct strv *ret);

/**
 * modload_all() - load every module of the image's list. One that is loaded already, or
 * whose hardware is not there, is no failure.
 * @root: where the image and /proc/cmdline are.
 * Return: 0, also when some failed; -errno if there is no list.
 */
_must_check_ int modload_all(const struct sysroot *root, modload_failure *failed, void *ctx,
			     struct err *err);

#endif
