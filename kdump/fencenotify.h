/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Telling the other nodes of a cluster that this one is dumping, from before the dump until the
 * machine restarts, by a process of its own that the dump never waits for.
 */
#ifndef KDUMP_FENCENOTIFY_H
#define KDUMP_FENCENOTIFY_H

#include <stdbool.h>

#include "lib/attrs.h"
#include "lib/err.h"

#include "kdump/conf.h"
#include "kdump/guard.h"

/**
 * fencenotify_start() - start telling the nodes that the image has the ways to, if any.
 * Where the dump goes over the network, that is brought up first, as both need it; what goes
 * wrong is told on the console.
 */
void fencenotify_start(const struct conf *conf, const struct guard *guard);

/**
 * fencenotify_settle() - before the machine restarts: wait until each node has been told once, or
 * cannot be told, but only for some seconds.
 */
void fencenotify_settle(const struct guard *guard);

/** fencenotify_check() - for a rehearsal, in which nobody is told: does the program run? */
_must_check_ int fencenotify_check(struct err *err);

#endif
