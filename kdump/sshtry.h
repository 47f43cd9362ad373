/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One try to run a command on a server with ssh, and what its end means: a server that does not
 * answer may answer later, while one that refuses us, or that is another one than it was, will
 * do so however often it is asked; and then counts the attempts.
 */
#ifndef KDUMP_SSHTRY_H
#define KDUMP_SSHTRY_H

#include "lib/attrs.h"
#include "lib/err.h"

#include "kdump/sshcommand.h"

/** struct sshtry - how it ended; release with sshtry_done(). */
struct sshtry {
	int status;      /* the command's */
	char *said;      /* on standard error; NULL: nothing is known */
	const char *why; /* the last line of that, which says most; inside @said, "" if NULL */
};

/**
 * sshtry() - run @script once.
 * @path: the folder of dumps on the server, for messages.
 * @seconds: the longest that it may take.
 * @ret: all zero at first.
 * Return: 0 if the command ran; -EAGAIN, -ETIMEDOUT if there was no connection, and another try
 * may help; -EACCES if none will; -errno.
 */
_must_check_ int sshtry(const struct sshcommand *ssh, const char *path, const char *script,
			unsigned int seconds, struct sshtry *ret, struct err *err);

/** sshtry_done() - free what @t owns; fine on one that is all zero. */
void sshtry_done(struct sshtry *t);

#endif
