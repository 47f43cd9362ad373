/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A kernel's configuration as distributions install it beside the kernel: /boot/config-VERSION.
 */
#ifndef KDUMP_KCONFIG_H
#define KDUMP_KCONFIG_H

#include <stdbool.h>

#include "lib/attrs.h"
#include "lib/err.h"
#include "lib/sysroot.h"

#include "kdump/kernel.h"

enum { KCONFIG_MAX = 4 << 20 }; /* bytes of the file */

/** struct kconfig - starts zeroed; release with kconfig_done(). */
struct kconfig {
	char path[sizeof("/boot/config-") + KERNEL_VERSION_MAX];
	char *text;
};

/** kconfig_read() - read the configuration of kernel @version. Return: 0; -ENOENT; -errno. */
_must_check_ int kconfig_read(const struct sysroot *root, const char *version, struct kconfig *ret,
			      struct err *err);

/** kconfig_has() - is "@option=y" in it? What is a module, or not stated, is not. */
bool kconfig_has(const struct kconfig *config, const char *option);

/** kconfig_done() - release. */
void kconfig_done(struct kconfig *config);

#endif
