/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What kdumpctl loaded last, written down as it was then. The kernel tells no more than that
 * something is loaded; with this, what was armed early in the boot can stay loaded when the
 * service would load the same. It lies below /run, as what is loaded is gone with the boot.
 */
#ifndef KDUMP_ARMED_H
#define KDUMP_ARMED_H

#include <stdbool.h>

#include "lib/attrs.h"
#include "lib/err.h"
#include "lib/sysroot.h"

#include "kdump/kernel.h"
#include "kdump/strv.h"

#define ARMED_PATH "/run/kdump-armed"

/**
 * armed_describe() - all that what is loaded depends on: kernel and image by size and time, the
 * command, and the CPUs and memory of the machine, which are told to the capture kernel.
 * @command: that loads it.
 * @ret: malloc()ed text; the caller frees. Untouched on failure.
 * Return: 0 or -errno.
 */
_must_check_ int armed_describe(const struct sysroot *root, const struct kernel *kernel,
				const struct strv *command, char **ret, struct err *err);

/**
 * armed_write() - it is loaded.
 * @early: nothing was done yet but loading. @description: as it was before that.
 * Return: 0 or -errno.
 */
_must_check_ int armed_write(const struct sysroot *root, bool early, const char *description,
			     struct err *err);

/** armed_forget() - it is unloaded. */
void armed_forget(const struct sysroot *root);

/**
 * armed_early() - the description of what was armed early, if nothing else was loaded since.
 * Return: malloc()ed text that the caller frees; NULL.
 */
char *armed_early(const struct sysroot *root);

/** armed_is_early() - is there one? */
bool armed_is_early(const struct sysroot *root);

/** armed_change() - what differs in two descriptions, for a message; NULL: nothing does. */
const char *armed_change(const char *was, const char *is_now);

#endif
