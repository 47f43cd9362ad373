/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The dead kernel's memory, as a capture kernel has it (Documentation/admin-guide/kdump).
 */
#ifndef KDUMP_VMCORE_H
#define KDUMP_VMCORE_H

#include <stdbool.h>

#include "lib/attrs.h"
#include "lib/err.h"

#define VMCORE_PATH "/proc/vmcore"

/** vmcore_is_there() - is this a capture kernel? Where a capture is rehearsed, it is not. */
bool vmcore_is_there(void);

/** vmcore_check() - can it be read? Return: 0; -errno, with @err saying why it may not be there. */
_must_check_ int vmcore_check(struct err *err);

#endif
