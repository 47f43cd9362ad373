/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The log of Linux 3.5 to 5.9 (kernel/printk.c, later kernel/printk/printk.c): one buffer of
 * records of variable size, each a header (struct log, later struct printk_log), the text, a
 * dictionary and padding. log_first_idx is the offset of the oldest, log_next_idx the one where
 * the next would go. A record that does not fit behind the others lies at the buffer's start
 * instead, and a header with length 0 stands in the place where it would have been.
 *
 * A damaged buffer is searched for chains of records whose lengths agree.
 */
#ifndef VMCORE_DMESG_RECORDS_H
#define VMCORE_DMESG_RECORDS_H

#include <stdbool.h>

#include "lib/attrs.h"
#include "lib/err.h"
#include "vmcore-dmesg/core.h"
#include "vmcore-dmesg/record.h"
#include "vmcore-dmesg/vmcoreinfo.h"

/** records_applies() - does the kernel keep its log in this format? */
bool records_applies(const struct vmcoreinfo *info);

/** records_read() - deliver all readable records, oldest first; see log_read(). */
_must_check_ int records_read(const struct core *core, const struct vmcoreinfo *info,
			      const struct record_sink *sink, struct err *err);

#endif
