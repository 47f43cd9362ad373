/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The program that saves the memory, before there is a crash: whether it takes its options.
 */
#ifndef KDUMP_COLLECTOR_H
#define KDUMP_COLLECTOR_H

#include "lib/attrs.h"
#include "lib/err.h"
#include "lib/sysroot.h"

#include "kdump/conf.h"

/**
 * collector_check() - let makedumpfile check the options of core_collector. Those of other
 * programs, and of makedumpfile before 1.7.0, which has no --check-params, are taken as they are.
 * @program: path of core_collector's program, as on the machine.
 * Return: 0; -EINVAL, when makedumpfile itself has said on stderr what it does not take; -errno.
 */
_must_check_ int collector_check(const struct sysroot *root, const struct conf *conf,
				 const char *program, struct err *err);

#endif
