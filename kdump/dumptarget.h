/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The ways in which kdump.conf names a dump target: a file system on a device, an NFS
 * export, a host to log in to, a raw device, a share of the virtual machine's host. Only the
 * words are checked here; whether there is such a thing is target.h's to find out.
 */
#ifndef KDUMP_DUMPTARGET_H
#define KDUMP_DUMPTARGET_H

#include <stdbool.h>

#include "lib/attrs.h"
#include "lib/err.h"

#include "kdump/conf.h"

/** dumptarget_is_known() - is @type a directive that names a target? */
bool dumptarget_is_known(const char *type);

/**
 * dumptarget_set() - check a target and put it into @conf.
 * @type: the directive's name. @value: what it names.
 * Return: 0; 1 if the capture image cannot handle it yet; -EINVAL if it is badly written or
 * the second one; -ENOMEM.
 */
_must_check_ int dumptarget_set(const char *type, const char *value, struct conf *conf,
				struct err *err);

/**
 * dumptarget_set_dracut() - do so for the target that dracut's arguments name, if any:
 * --mount "DEVICE FOLDER TYPE [OPTIONS]". What else there is has nothing to do with it.
 * Return: 0; 1 if the capture image cannot handle it yet; -EINVAL, -ENOMEM.
 */
_must_check_ int dumptarget_set_dracut(const char *arguments, struct conf *conf, struct err *err);

#endif
