/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hardware watchdogs: they must not interrupt a capture with a warning ahead of time, which
 * a capture kernel takes for a reason to panic.
 */
#ifndef KDUMP_WATCHDOGS_H
#define KDUMP_WATCHDOGS_H

#include "lib/attrs.h"
#include "lib/err.h"
#include "lib/sysroot.h"

#include "kdump/strv.h"

/**
 * watchdogs_words() - kernel parameters that switch the warnings of this machine's watchdogs
 * off, each only once.
 * @ret: they are added to it.
 * Return: 0 or -ENOMEM.
 */
_must_check_ int watchdogs_words(const struct sysroot *root, struct strv *ret, struct err *err);

#endif
