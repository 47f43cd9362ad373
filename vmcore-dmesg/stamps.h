/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which time stamps stand in front of a record: what the options ask for, put together as
 * util-linux' dmesg(1) does it.
 */
#ifndef VMCORE_DMESG_STAMPS_H
#define VMCORE_DMESG_STAMPS_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/attrs.h"
#include "lib/err.h"
#include "vmcore-dmesg/stamp.h"

/** struct stamps - starts zeroed. */
struct stamps {
	enum stamp_kind kinds[STAMP_KINDS]; /* in this order, each once */
	size_t count;
	bool none;  /* no time was asked for: only deltas count */
	bool asked; /* once they are combined: an option asks for times */
};

/** stamps_add() - one more, if it is not there yet. */
void stamps_add(struct stamps *stamps, enum stamp_kind kind);

/** stamps_add_named() - as --time-format names them. Return: 0, or -EINVAL with @err set. */
_must_check_ int stamps_add_named(struct stamps *stamps, const char *name, struct err *err);

/**
 * stamps_combine() - all are there: decide. Without any it is STAMP_SECONDS; with @none, only a
 * delta is left, if it was asked for; a delta stands inside of the brackets of a time beside it.
 */
void stamps_combine(struct stamps *stamps);

#endif
