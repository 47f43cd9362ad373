/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a person finds in the capture image when failure_action is "shell": a shell, and the few
 * programs to look around with and to save by hand what could not be saved.
 */
#ifndef KDUMP_RESCUETOOLS_H
#define KDUMP_RESCUETOOLS_H

#include "lib/attrs.h"
#include "lib/err.h"
#include "lib/sysroot.h"

#include "kdump/elfdeps.h"

/**
 * rescuetools_add() - add them.
 * @dirs: where programs are, parted by colons.
 * Return: 0, also when some are not installed; -ENOENT if there is no shell; -errno.
 */
_must_check_ int rescuetools_add(const struct sysroot *root, const char *dirs, struct elfdeps *deps,
				 struct err *err);

#endif
