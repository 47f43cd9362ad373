/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whether the kernel takes signed kernels only: its lockdown (security/lockdown), and what it
 * mostly comes from, UEFI's Secure Boot.
 */
#ifndef LIB_LOCKDOWN_H
#define LIB_LOCKDOWN_H

#include <stdbool.h>

#include "lib/attrs.h"
#include "lib/sysroot.h"

#define LOCKDOWN_PATH "/sys/kernel/security/lockdown"

enum { LOCKDOWN_MODE_MAX = 32 }; /* bytes, with NUL */

/**
 * lockdown_read() - the kernel's mode.
 * @ret: "integrity" or "confidentiality"; "" if it is not locked down, or does not tell.
 * Return: does it tell?
 */
bool lockdown_read(const struct sysroot *root, char ret[static LOCKDOWN_MODE_MAX]);

/** lockdown_secure_boot() - did the firmware boot with Secure Boot on? */
bool lockdown_secure_boot(const struct sysroot *root);

#endif
