/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Command lines of ssh and scp to a dump target. Arming and the capture image build theirs
 * here, so that a server that was reached when arming is reached in the same way later: with
 * the one key, never asking anything, only if the host key is known, and without ssh's own
 * configuration files, which the capture image does not have.
 */
#ifndef KDUMP_SSHCOMMAND_H
#define KDUMP_SSHCOMMAND_H

#include <stdbool.h>

#include "lib/attrs.h"

#include "kdump/strv.h"

enum { SSHCOMMAND_CONNECT_SECONDS = 20 }; /* usual time for a connection to be there */

/** struct sshcommand - whom to reach, and with what; all borrowed. */
struct sshcommand {
	const char *program; /* path of ssh or scp */
	const char *key;     /* file with the private key */
	const char *login; /* USER@HOST, as kdump.conf has it; an IPv6 address may be in brackets */
	unsigned int connect; /* seconds until a connection must be there */
};

/** sshcommand_is_scp() - is the program of that path or name scp? */
bool sshcommand_is_scp(const char *program);

/** sshcommand_host() - the host of a USER@HOST without brackets; malloc()ed, or NULL. */
char *sshcommand_host(const char *login);

/**
 * sshcommand_run() - ssh that runs a command on the server.
 * @script: for the server's shell; words from outside are quoted with words_line() by the
 *	caller.
 * @ret: gets the words appended.
 * Return: 0 or -ENOMEM.
 */
_must_check_ int sshcommand_run(const struct sshcommand *c, const char *script, struct strv *ret);

/**
 * sshcommand_begin() - the program with all its options, which are the same for ssh and scp;
 * what a caller knows of more options, and the rest, go behind.
 * @ret: gets the words appended.
 * Return: 0 or -ENOMEM.
 */
_must_check_ int sshcommand_begin(const struct sshcommand *c, struct strv *ret);

/** sshcommand_place() - a file of the server as scp names it; malloc()ed, or NULL. */
char *sshcommand_place(const char *login, const char *path);

/**
 * sshcommand_copy() - scp that copies a file to the server.
 * @words: its own words between the options and the files; NULL: none.
 * @file: here; @remote: absolute path there.
 * Return: 0 or -ENOMEM.
 */
_must_check_ int sshcommand_copy(const struct sshcommand *c, const struct strv *words,
				 const char *file, const char *remote, struct strv *ret);

#endif
