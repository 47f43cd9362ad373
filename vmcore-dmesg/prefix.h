/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What stands in front of a message in text that somebody saved: a console's, dmesg's or a
 * syslog daemon's level, time, caller and host, a login prompt, the marks of a quoted mail.
 */
#ifndef VMCORE_DMESG_PREFIX_H
#define VMCORE_DMESG_PREFIX_H

#include "lib/bytes.h"
#include "vmcore-dmesg/lines.h"

/** prefix_take() - take it off @text; times and caller go to @line. */
void prefix_take(struct bytes *text, struct log_line *line);

/**
 * prefix_find() - where another message begins in the middle of a line, as on a console that
 * programs and kernel share.
 * Return: bytes of @text in front of it; all of @text if there is none.
 */
size_t prefix_find(struct bytes text);

#endif
