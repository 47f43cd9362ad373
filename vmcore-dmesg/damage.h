/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What was wrong with a log that was read all the same: a reader goes on behind a bad
 * record, keeps the first complaint and counts the others, and reports both in one line.
 */
#ifndef VMCORE_DMESG_DAMAGE_H
#define VMCORE_DMESG_DAMAGE_H

#include <stdint.h>

#include "lib/attrs.h"
#include "lib/err.h"

/** struct damage - starts zeroed. */
struct damage {
	uint64_t count;
	struct err first;
};

/** damage_add() - note one more problem; @fmt says what and where. */
void damage_add(struct damage *damage, const char *fmt, ...) _printf_(2, 3);

/**
 * damage_add_err() - like damage_add(), with ": " and the text of @cause behind it.
 */
void damage_add_err(struct damage *damage, const struct err *cause, const char *fmt, ...)
	_printf_(3, 4);

/**
 * damage_result() - the result of a reading that delivered all that it could.
 * Return: 0 if there was no problem, else -EBADMSG with @err set.
 */
_must_check_ int damage_result(const struct damage *damage, struct err *err);

#endif
