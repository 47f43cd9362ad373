/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What kdump.conf names, held against the machine: keys, programs and devices that must be
 * there, hosts that must not be this one.
 */
#ifndef KDUMP_CONFCHECK_H
#define KDUMP_CONFCHECK_H

#include "lib/attrs.h"
#include "lib/err.h"
#include "lib/sysroot.h"

#include "kdump/conf.h"

#define CONFCHECK_SSHKEY "/root/.ssh/kdump_id_rsa" /* the key where none is named */

/**
 * confcheck() - check a configuration.
 * @conf: warnings are added; an sshkey that is not there becomes the default one.
 * Return: 0; -errno, with @err naming the line.
 */
_must_check_ int confcheck(const struct sysroot *root, struct conf *conf, struct err *err);

#endif
