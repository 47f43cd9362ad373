/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Making crashkernel= what it is by default, in the entries of the boot loader where those can
 * be told apart, else where all of its command lines come from.
 */
#ifndef KDUMP_RESET_H
#define KDUMP_RESET_H

#include <stdbool.h>

#include "lib/attrs.h"
#include "lib/err.h"
#include "lib/sysroot.h"

#include "kdump/crashkernel.h"

/** struct reset - what is to be written, and where. */
struct reset {
	const struct sysroot *root;
	const char *kernel; /* a path, DEFAULT or ALL; NULL: the capture kernel's */
	const char *fadump; /* on, off or nocma; NULL: as it is */
	bool force;         /* a value that somebody chose is changed, too */
	bool automatic;     /* nobody asked: such a value is passed over, it is no error */
	char value[CRASHKERNEL_TEXT_MAX]; /* set by reset_value() */
	bool changed;                     /* set by reset_apply() */
};

/** reset_value() - work out the default for this machine. Return: 0 or -errno. */
_must_check_ int reset_value(struct reset *reset, struct err *err);

/** reset_apply() - write it; what is done is told on standard output. Return: 0 or -errno. */
_must_check_ int reset_apply(struct reset *reset, struct err *err);

#endif
