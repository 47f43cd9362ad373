/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Records as lines of text in the forms that util-linux' dmesg(1) has: priority in words or
 * numbers, one or more time stamps or none, the caller, colours. Where dmesg and we differ,
 * vmcore-dmesg(8) says so.
 */
#ifndef VMCORE_DMESG_FORMAT_H
#define VMCORE_DMESG_FORMAT_H

#include <stdbool.h>
#include <stddef.h>

#include "vmcore-dmesg/filter.h"
#include "vmcore-dmesg/record.h"
#include "vmcore-dmesg/stamps.h"
#include "vmcore-dmesg/writer.h"

enum { CALLER_MAX = 16 }; /* bytes of a caller's name, with a NUL */

/** struct format - how lines are written; what is not set is left out of them. */
struct format {
	struct writer *writer; /* borrowed */
	struct stamps stamps;
	struct stamp_state stamp_state;
	const struct filter *filter; /* borrowed; in front of this sink: knows the record before */
	bool raw;                    /* "<6>" in front */
	bool decode;                 /* "kern  :info  : " in front */
	bool caller;                 /* "[    T1] ", where the kernel recorded it */
	bool each_line;              /* all that again in front of each line of a record */
	bool color;
	bool keep_utf8;

	bool seen_record, seen_time, seen_caller; /* so far */
};

/** format_sink() - a sink that writes lines; @format outlives it. */
struct record_sink format_sink(struct format *format);

/**
 * format_caller() - write who called printk: "T1" is a thread, "C0" a processor.
 * @ret: CALLER_MAX bytes. Return: its bytes; 0 if the kernel recorded none.
 */
size_t format_caller(const struct record *record, char *ret);

#endif
