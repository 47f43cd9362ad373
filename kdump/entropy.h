/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Randomness that the capture image brings for a kernel that has none of its own yet.
 */
#ifndef KDUMP_ENTROPY_H
#define KDUMP_ENTROPY_H

#include "lib/attrs.h"
#include "lib/err.h"
#include "lib/sysroot.h"

/**
 * entropy_add() - give the kernel the image's seed, and count it as random.
 * Return: 0 or -errno; the kernel then takes a moment longer to have its own.
 */
_must_check_ int entropy_add(const struct sysroot *root, struct err *err);

#endif
