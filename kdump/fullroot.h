/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A capture kernel that booted the whole system instead of an image of ours, as one does that
 * somebody loaded with the system's own initial file system: there the service saves the dead
 * kernel's memory, as that of RHEL 7 does, where it would arm on any other day.
 */
#ifndef KDUMP_FULLROOT_H
#define KDUMP_FULLROOT_H

#include <stdbool.h>

#include "lib/attrs.h"
#include "lib/err.h"
#include "lib/sysroot.h"

#include "kdump/arming.h"

/** fullroot_is_capture() - was the kernel that runs here started by the crash of another one? */
bool fullroot_is_capture(const struct sysroot *root);

/** fullroot_refuse() - nothing can be armed there. Return: 0 anywhere else; -EBUSY. */
_must_check_ int fullroot_refuse(const struct sysroot *root, struct err *err);

/**
 * fullroot_save() - save log and memory to the dump target if that is mounted, else to the
 * default dump path; then have systemd do what final_action says, or failure_action. What is
 * wrong with the configuration is told, and costs no dump.
 * @a: as arming_configure() wants it.
 * Return: 0; -errno if the memory was not saved.
 */
_must_check_ int fullroot_save(struct arming *a, struct err *err);

#endif
