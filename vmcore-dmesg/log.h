/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The log of a crashed kernel, in whichever format that kernel kept it. The formats are rows
 * of one table; the first that the kernel's VMCOREINFO fits reads the log.
 */
#ifndef VMCORE_DMESG_LOG_H
#define VMCORE_DMESG_LOG_H

#include "lib/attrs.h"
#include "lib/err.h"
#include "vmcore-dmesg/core.h"
#include "vmcore-dmesg/record.h"
#include "vmcore-dmesg/vmcoreinfo.h"

/**
 * log_read() - deliver all records that can be read, oldest first.
 * @core, @info: outlive the call.
 * @sink: where records go.
 *
 * Return: 0 if the log is whole; -EBADMSG if it is empty, damaged or cut short, after everything
 * readable was delivered; -ENODATA if VMCOREINFO does not lead to a log; -ENOMEM; or what
 * @sink returned. @err says what is wrong and where.
 */
_must_check_ int log_read(const struct core *core, const struct vmcoreinfo *info,
			  const struct record_sink *sink, struct err *err);

#endif
