/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The log of kernels before 3.5 (kernel/printk.c): a ring of characters, log_buf, that holds
 * lines as they went to the console, each with its level ("<6>") and, where the kernel was
 * told so, the time in front ("[    1.234567] "). log_end counts all characters since boot.
 */
#ifndef VMCORE_DMESG_PLAIN_H
#define VMCORE_DMESG_PLAIN_H

#include <stdbool.h>

#include "lib/attrs.h"
#include "lib/err.h"
#include "vmcore-dmesg/core.h"
#include "vmcore-dmesg/record.h"
#include "vmcore-dmesg/vmcoreinfo.h"

/** plain_applies() - does the kernel keep its log in this format? */
bool plain_applies(const struct vmcoreinfo *info);

/**
 * plain_read() - deliver all readable lines, oldest first; see log_read().
 *
 * Each record has its line; has_info is true if there is a time in it.
 */
_must_check_ int plain_read(const struct core *core, const struct vmcoreinfo *info,
			    const struct record_sink *sink, struct err *err);

#endif
