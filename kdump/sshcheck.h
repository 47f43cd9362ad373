/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whether dumps can be saved on a server that is logged in to with ssh, tried from the running
 * system: the capture image does the same later, with the same key.
 */
#ifndef KDUMP_SSHCHECK_H
#define KDUMP_SSHCHECK_H

#include "lib/attrs.h"
#include "lib/err.h"

#include "kdump/sshcommand.h"

/** sshcheck_notice - called once, when the server does not answer yet. */
typedef void sshcheck_notice(const char *text);

/**
 * sshcheck() - log in, make the folder of dumps, and write in it.
 * @ssh: @program is ssh.
 * @path: the folder on the server.
 * @seconds: the longest to wait for a server that does not answer; one that refuses is not
 *	tried again.
 * Return: 0 or -errno, with @err saying what to do.
 */
_must_check_ int sshcheck(const struct sshcommand *ssh, const char *path, unsigned int seconds,
			  sshcheck_notice *notice, struct err *err);

#endif
