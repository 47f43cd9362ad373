/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Old dumps removed as kdump.conf says, each told on standard output.
 */
#ifndef KDUMP_PRUNE_H
#define KDUMP_PRUNE_H

#include <stdbool.h>

#include "lib/attrs.h"
#include "lib/err.h"

#include "kdump/conf.h"
#include "kdump/dumps.h"

/**
 * prune() - remove the dumps that may go.
 * @dry_run: only tell which.
 * Return: how many were, or would be; -errno at the first that could not be removed.
 */
_must_check_ int prune(const struct dumps *dumps, const struct conf *conf, bool dry_run,
		       struct err *err);

#endif
