/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What was wrong with a log that was read all the same: a reader goes on behind a bad
 * record, keeps the first complaint and counts the others, and reports both in one line.
 * Where in the log it was, a mark among the records says.
 */
#ifndef VMCORE_DMESG_DAMAGE_H
#define VMCORE_DMESG_DAMAGE_H

#include <stdint.h>

#include "lib/attrs.h"
#include "lib/err.h"
#include "vmcore-dmesg/record.h"

/** struct damage - starts zeroed. */
struct damage {
	uint64_t count;
	uint64_t marked; /* of these, how many were in front of the last mark */
	struct err first;
	struct err unmarked; /* the first of those behind it */
};

/** damage_add() - note one more problem; @fmt says what and where. */
void damage_add(struct damage *damage, const char *fmt, ...) _printf_(2, 3);

/**
 * damage_add_err() - like damage_add(), with ": " and the text of @cause behind it.
 */
void damage_add_err(struct damage *damage, const struct err *cause, const char *fmt, ...)
	_printf_(3, 4);

/**
 * damage_mark() - deliver a RECORD_GAP to @sink if there are problems that none stands for yet.
 * Return: 0 or what @sink returned.
 */
_must_check_ int damage_mark(struct damage *damage, const struct record_sink *sink,
			     struct err *err);

/**
 * damage_result() - the result of a reading that delivered all that it could.
 * Return: 0 if there was no problem, else -EBADMSG with @err set.
 */
_must_check_ int damage_result(const struct damage *damage, struct err *err);

#endif
