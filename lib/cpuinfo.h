/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What /proc/cpuinfo says of the processors.
 */
#ifndef LIB_CPUINFO_H
#define LIB_CPUINFO_H

#include <stdbool.h>

#include "lib/attrs.h"
#include "lib/sysroot.h"

/**
 * cpuinfo_five_levels() - is x86's five-level paging in use? The kernel shows la57 only while it
 * uses it (arch/x86/kernel/cpu/common.c: early_identify_cpu()). Only the first CPU's lines are
 * read: there may be thousands.
 */
bool cpuinfo_five_levels(const struct sysroot *root);

#endif
