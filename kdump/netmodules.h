/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the capture kernel's drivers must be for the way to a server: those of the network
 * devices, and of what is made on them.
 */
#ifndef KDUMP_NETMODULES_H
#define KDUMP_NETMODULES_H

#include "lib/attrs.h"
#include "lib/err.h"
#include "lib/sysroot.h"

#include "kdump/devchain.h"
#include "kdump/netrecord.h"
#include "kdump/strv.h"
#include "kdump/target.h"

/**
 * netmodules_collect() - add the drivers and modules that a network target needs.
 * @chain: gets the chains of all devices on the way appended.
 * @needed: gets names of modules appended, some of which may be built into the kernel.
 * Return: 0, also for a local target; -errno.
 */
_must_check_ int netmodules_collect(const struct sysroot *root, const struct target *target,
				    struct devchain *chain, struct strv *needed, struct err *err);

/** netmodules_of_record() - the same for a way through the network. Return: 0 or -errno. */
_must_check_ int netmodules_of_record(const struct sysroot *root, const struct netrecord *record,
				      struct devchain *chain, struct strv *needed, struct err *err);

#endif
