/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Texts of the kernel, made safe to print: what is not printable ASCII becomes \xNN, byte by
 * byte. A log has what users and devices wrote into it, and must not steer a terminal.
 */
#ifndef VMCORE_DMESG_ESCAPE_H
#define VMCORE_DMESG_ESCAPE_H

#include "lib/bytes.h"
#include "vmcore-dmesg/writer.h"

/** enum escape_flag - bits. Tabs and newlines are always written as they are. */
enum escape_flag {
	ESCAPE_RETURNS = 1,   /* escape carriage return, form feed and vertical tab, too */
	ESCAPE_KEEP_UTF8 = 2, /* keep UTF-8, but for characters that control a terminal, that
				 nobody sees, or that change the direction of writing */
};

/** escape_put() - write @text. @flags: see there. Return: 0 or what writer_put() returned. */
_must_check_ int escape_put(struct writer *w, struct bytes text, unsigned int flags,
			    struct err *err);

#endif
