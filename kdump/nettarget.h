/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Dump targets on a server: NFS exports, and hosts to log in to.
 */
#ifndef KDUMP_NETTARGET_H
#define KDUMP_NETTARGET_H

#include <stdbool.h>

#include "lib/attrs.h"
#include "lib/err.h"
#include "lib/sysroot.h"

#include "kdump/mounts.h"
#include "kdump/target.h"

/** nettarget_is_nfs() - is this a type of the mount table's, or of kdump.conf's, for NFS? */
bool nettarget_is_nfs(const char *type);

/**
 * nettarget_use_mount() - fill in what an NFS mount tells of the target that it is of.
 * Return: 0; -ENOTSUP if the export wants what the capture image does not have; -ENOMEM.
 */
_must_check_ int nettarget_use_mount(const struct mounted *m, struct target *t, struct err *err);

/** nettarget_use_export() - the same for HOST:/EXPORT that is not mounted. */
_must_check_ int nettarget_use_export(const char *source, const char *options, struct target *t,
				      struct err *err);

/** nettarget_use_options() - let it be mounted with these, and no others. Return: as the former. */
_must_check_ int nettarget_use_options(const char *options, struct target *t, struct err *err);

/** nettarget_use_login() - the same for a USER@HOST of ssh. @inner: the folder there. */
_must_check_ int nettarget_use_login(const char *login, const char *inner, struct target *t,
				     struct err *err);

/**
 * nettarget_route() - record the way to a target's server, see netroute.h.
 * Return: 0, also for a local target; -errno.
 */
_must_check_ int nettarget_route(const struct sysroot *root, struct target *t, struct err *err);

#endif
