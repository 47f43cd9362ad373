/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Labels of SELinux. The capture kernel has no policy, so what it saves has none, and programs
 * that are confined may not read it: after the reboot restorecon(8) gives each dump the label
 * that belongs to its path.
 */
#ifndef KDUMP_RELABEL_H
#define KDUMP_RELABEL_H

#include "lib/attrs.h"
#include "lib/err.h"
#include "lib/sysroot.h"

#include "kdump/dumps.h"

/**
 * relabel() - label this machine's own dumps that have no label, where SELinux is enabled.
 * Return: 0, also where there is nothing to do, or nothing to do it with; -errno.
 */
_must_check_ int relabel(const struct sysroot *root, const struct dumps *dumps, struct err *err);

#endif
