/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where a crash's text comes from: the log in a core, or a file of text.
 */
#ifndef VMCORE_DMESG_CAUSE_READ_H
#define VMCORE_DMESG_CAUSE_READ_H

#include "lib/attrs.h"
#include "lib/err.h"
#include "vmcore-dmesg/cause.h"

/**
 * cause_read() - hand the lines of a core's log, or of a text file, to @cause.
 * @path: "-" is the standard input; text may come from a pipe, a core must be a file.
 * Return: 0; -EBADMSG if the log is damaged, after everything readable was handed over;
 * -ENOEXEC if the file is neither a core nor text; -ENODATA if a core does not lead to a log;
 * another -errno if it cannot be read. Messages do not name the file.
 */
_must_check_ int cause_read(const char *path, struct cause *cause, struct err *err);

#endif
