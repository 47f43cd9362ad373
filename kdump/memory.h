/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How much memory the machine has, as it is counted for crashkernel=.
 */
#ifndef KDUMP_MEMORY_H
#define KDUMP_MEMORY_H

#include <stdint.h>

#include "lib/attrs.h"
#include "lib/err.h"
#include "lib/sysroot.h"

/**
 * memory_size() - what /proc/iomem has of System RAM.
 * @ret: bytes, as they are; the kernel rounds up (CRASHKERNEL_ROUND).
 * Return: 0; -EPERM for those who may not see it; -errno.
 */
_must_check_ int memory_size(const struct sysroot *root, uint64_t *ret, struct err *err);

#endif
