/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A dump target that is not mounted, which nobody has looked at when its image is built: whether
 * it can be mounted, and written to, is tried for a moment where nobody else sees it. What is written
 * wrong in kdump.conf, or on the server, would else be found by the crash.
 */
#ifndef KDUMP_PREFLIGHT_H
#define KDUMP_PREFLIGHT_H

#include <stdbool.h>

#include "lib/attrs.h"
#include "lib/err.h"

#include "kdump/target.h"

/** preflight_is_due() - is that of use: is @target a file system that is not mounted? */
bool preflight_is_due(const struct target *target);

/**
 * preflight() - mount it as the capture will, and look whether the folder can be written in. Takes
 * root's privileges; a server that does not answer is tried for some minutes.
 * @target: with the way to its server, if it has one.
 * Return: 0; 1 if there is no such folder yet, and it can be made; -errno.
 */
_must_check_ int preflight(const struct target *target, struct err *err);

#endif
