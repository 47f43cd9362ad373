/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Leaving for the loaded kernel: at once, or through the system's own shutdown. */
#ifndef KEXEC_BOOT_H
#define KEXEC_BOOT_H

#include "lib/attrs.h"
#include "lib/err.h"
#include "kexec/request.h"

/**
 * boot_now() - write out file systems, take the network interfaces down (each unless the
 * request says not to), and jump. Returns only on failure: -ENODATA if nothing is loaded.
 */
_must_check_ int boot_now(const struct request *request, struct err *err);

/** boot_by_shutdown() - become `shutdown -r now`. Returns only on failure. */
_must_check_ int boot_by_shutdown(struct err *err);

#endif
