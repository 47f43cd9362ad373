/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The printk ring buffer of Linux 5.10 and later (kernel/printk/printk_ringbuffer.[ch]).
 *
 * Three arrays make it up: descriptors with an id, a state and the place of the text;
 * as many infos (time, level, ...); and a ring of text blocks, each an id and the text.
 * Ids count up for ever; an id's low bits are its slot in the first two arrays. From the
 * tail's id to the head's, descriptors in a committed or finalized state are records; others
 * were being written, or given up for new ones, when the kernel stopped.
 *
 * A damaged ring is searched slot by slot for records, which their ids put in order.
 */
#ifndef VMCORE_DMESG_PRB_H
#define VMCORE_DMESG_PRB_H

#include <stdbool.h>

#include "lib/attrs.h"
#include "lib/err.h"
#include "vmcore-dmesg/core.h"
#include "vmcore-dmesg/record.h"
#include "vmcore-dmesg/vmcoreinfo.h"

/** prb_applies() - does the kernel keep its log in this format? */
bool prb_applies(const struct vmcoreinfo *info);

/** prb_read() - deliver all readable records, oldest first; see log_read(). */
_must_check_ int prb_read(const struct core *core, const struct vmcoreinfo *info,
			  const struct record_sink *sink, struct err *err);

#endif
