/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What ssh needs beside itself in the capture image, to log in to one server: the key, the
 * known host keys, who root is, and where the server is.
 */
#ifndef KDUMP_SSHFILES_H
#define KDUMP_SSHFILES_H

#include "lib/attrs.h"
#include "lib/err.h"

#include "kdump/elfdeps.h"
#include "kdump/imageplan.h"

/**
 * sshfiles_add() - add them to an image whose target is reached with ssh.
 * @deps: gets ssh, and what it loads while it runs.
 * Return: 0, also for any other target; -ENOENT if ssh, the key or all known host keys are
 * missing; -errno.
 */
_must_check_ int sshfiles_add(const struct image_inputs *in, struct image_plan *plan,
			      struct elfdeps *deps, struct err *err);

#endif
