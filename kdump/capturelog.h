/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The capture's own log, for the folder of the dump: what the capture kernel said from its
 * first line on, with the lines that the capture wrote on the console between them. It tells
 * why a dump is missing, or took long.
 */
#ifndef KDUMP_CAPTURELOG_H
#define KDUMP_CAPTURELOG_H

#include "lib/attrs.h"
#include "lib/err.h"
#include "lib/sysroot.h"

#define CAPTURELOG_UNFINISHED "kexec-dmesg-incomplete.log"
#define CAPTURELOG_NAME       "kexec-dmesg.log"

/**
 * capturelog_make() - put the log together, "[SECONDS.MICROSECONDS] TEXT" a line, in the order
 * of time.
 * @root: where /dev/kmsg is.
 * @ret: malloc()ed text; the caller frees.
 * Return: 0 or -ENOMEM.
 */
_must_check_ int capturelog_make(const struct sysroot *root, char **ret, struct err *err);

#endif
