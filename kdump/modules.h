/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Kernel modules that the capture kernel needs, in an order in which they can be loaded, and
 * the firmware that they may ask for.
 */
#ifndef KDUMP_MODULES_H
#define KDUMP_MODULES_H

#include "lib/attrs.h"
#include "lib/err.h"
#include "lib/sysroot.h"

#include "kdump/devchain.h"
#include "kdump/firmware.h"
#include "kdump/kernel.h"
#include "kdump/strv.h"

/** struct modules - element i of all three lists is one module; dependencies come first. */
struct modules {
	struct strv names;
	struct strv paths;        /* as on the machine */
	struct strv options;      /* NAME=VALUE ... of modprobe.d, "" for none */
	struct firmware firmware; /* also of those that are built in, which are in no list */
};

/**
 * modules_resolve() - find the modules for a chain of devices and a file system, with
 * hard and soft dependencies; what is built into the kernel is left out.
 * @kernel: the kernel that is to load them.
 * @fs_type: NULL: there is none.
 * @needed: names of more of them; @extra: names or aliases that the configuration adds.
 * @ret: empty, or what was found for something else, to be added to; holds part of the list on
 *	failure.
 * Return: 0; -ENOENT if the kernel has no module for a driver that is needed, or no list
 * of modules; -errno.
 */
_must_check_ int modules_resolve(const struct sysroot *root, const struct kernel *kernel,
				 const struct devchain *chain, const char *fs_type,
				 const struct strv *needed, const struct strv *extra,
				 struct modules *ret, struct err *err);

/** modules_done() - free the lists; they are empty afterwards. */
void modules_done(struct modules *modules);

#endif
