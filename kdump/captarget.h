/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The dump target in the capture kernel: what it takes until files can be written to it,
 * kind by kind, and back again before the machine restarts.
 */
#ifndef KDUMP_CAPTARGET_H
#define KDUMP_CAPTARGET_H

#include "lib/attrs.h"
#include "lib/err.h"

#include "kdump/conf.h"
#include "kdump/guard.h"
#include "kdump/sink.h"

/**
 * captarget_open() - make the target of the image's configuration ready.
 * @guard: is told of each step that may take time.
 * @ret: the sink that dumps go to; overwritten.
 * Return: 0 or -errno.
 */
_must_check_ int captarget_open(const struct conf *conf, const struct guard *guard,
				struct sink *ret, struct err *err);

/**
 * captarget_interrupt() - let what waits for a mounted server, in any process, fail at once. What
 * comes next may wait for it again. Does not wait itself.
 */
void captarget_interrupt(void);

/**
 * captarget_close() - sync what was written and let the target go; problems are told of. One that
 * is lost is left at once, as it is.
 */
void captarget_close(struct sink *sink, const struct guard *guard);

#endif
