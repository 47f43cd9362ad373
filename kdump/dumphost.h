/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The word that the names of this machine's dumps begin with. On a disk of its own it says nothing;
 * in a folder that other machines save to as well it tells whose a dump is, so that nobody removes,
 * counts or reports that of another.
 *
 * A folder that the host of virtual machines shares has no addresses to tell guests by, and names
 * are given twice: the word for it is the host name and the beginning of the machine ID
 * (machine-id(5)). The running system makes it, and records it in the capture image.
 */
#ifndef KDUMP_DUMPHOST_H
#define KDUMP_DUMPHOST_H

#include "lib/attrs.h"
#include "lib/err.h"
#include "lib/sysroot.h"

#include "kdump/dumpname.h"

/**
 * dumphost_shared() - the word for a shared folder: HOSTNAME-XXXXXXXX. What of the name cannot stand
 * in one of a dump is '_'.
 * Return: 0; -ENOENT or -EINVAL if this machine has no ID; -errno.
 */
_must_check_ int dumphost_shared(const struct sysroot *root, char ret[static DUMP_HOST_MAX],
				 struct err *err);

/**
 * dumphost_of_folder() - the word for a folder of the running system.
 * @folder: absolute as on the machine. One that does not exist is as on a disk.
 * @ret: "" on a server: an address there may be that of other machines, too.
 * Return: as dumphost_shared(), and @ret is "" after a failure.
 */
_must_check_ int dumphost_of_folder(const struct sysroot *root, const char *folder,
				    char ret[static DUMP_HOST_MAX], struct err *err);

#endif
