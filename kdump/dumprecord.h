/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The record that a capture left beside its dump, capture.json (kdump.conf(5), THE RECORD), as
 * far as people want to see it. Dumps of other tools, and older ones, have none.
 */
#ifndef KDUMP_DUMPRECORD_H
#define KDUMP_DUMPRECORD_H

#include <time.h>

#include "lib/attrs.h"
#include "lib/err.h"

#include "kdump/dumps.h"

/** struct dump_record - strings are its own, NULL where not known; release with its _done(). */
struct dump_record {
	char *result;
	char *error;
	char *system_kernel;
	char *capture_kernel;
	char *collector;
	char *time_text; /* in UTC, as it is written */
	time_t time;     /* the same; 0: not known */
};

/**
 * dump_record_read() - read it.
 * @ret: all zero if there is none that can be read.
 * Return: 0 or -ENOMEM.
 */
_must_check_ int dump_record_read(const struct dumps *dumps, const struct dump *dump,
				  struct dump_record *ret, struct err *err);

/** dump_record_done() - release; fine on a zeroed one. */
void dump_record_done(struct dump_record *record);

#endif
