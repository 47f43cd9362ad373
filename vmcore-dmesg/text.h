/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Records as lines of text, byte for byte as kexec-tools' vmcore-dmesg writes them, which
 * scripts rely on: "[%5llu.%06llu] " with seconds and truncated microseconds, the text, a
 * newline. Printable ASCII and its blanks are written as they are, newlines in the middle
 * of a record included; every other byte is \xNN. The lines of kernels that kept lines are
 * written as they are, and a place where records are missing is a line like no other:
 * "<<< vmcore-dmesg: what is wrong >>>".
 *
 * A terminal is not what scripts look at: there, everything that could steer it is \xNN.
 */
#ifndef VMCORE_DMESG_TEXT_H
#define VMCORE_DMESG_TEXT_H

#include <stdbool.h>

#include "vmcore-dmesg/record.h"
#include "vmcore-dmesg/writer.h"

/** struct text - how lines are written. */
struct text {
	struct writer *writer; /* borrowed */
	bool terminal;         /* it leads to one */
	bool keep_utf8;        /* UTF-8 is written as it is */
};

/** text_sink() - a sink that writes lines; @text outlives it. */
struct record_sink text_sink(struct text *text);

/** text_put_gap() - write the line for a RECORD_GAP; @why: its text. Return: 0 or -errno. */
_must_check_ int text_put_gap(struct writer *w, struct bytes why, struct err *err);

/** text_no_time - stands in the place of the time of a record whose time was lost. */
extern const char text_no_time[];

#endif
