/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A shell for a person at the machine, on each of its consoles, when a dump could not be saved
 * and failure_action is "shell". Whoever leaves one of them ends them all.
 */
#ifndef KDUMP_CONSOLESHELL_H
#define KDUMP_CONSOLESHELL_H

#include "lib/attrs.h"
#include "lib/err.h"
#include "lib/sysroot.h"

#define CONSOLESHELL_PROGRAM "/bin/sh"

/**
 * consoleshell_run() - run a shell on each console of /proc/consoles until one of them is left.
 * There is no limit to how long that may take.
 * @root: where /proc/consoles and the consoles are.
 * @program: the shell.
 * Return: 0; -ENODEV if there is no console that can be read from; -errno.
 */
_must_check_ int consoleshell_run(const struct sysroot *root, const char *program, struct err *err);

#endif
