/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The key that logs in to an ssh target: made if there is none, brought to the server by
 * ssh-copy-id(1), and tried in the way that the capture image will use it.
 */
#ifndef KDUMP_SSHKEY_H
#define KDUMP_SSHKEY_H

#include <stdbool.h>

#include "lib/attrs.h"
#include "lib/err.h"
#include "lib/sysroot.h"

/** struct sshkey - whom it lets in where; borrowed. */
struct sshkey {
	const struct sysroot *root;
	const char *file;  /* of the private key, as on the machine; FILE.pub is the public one */
	const char *login; /* USER@HOST, as kdump.conf has it */
};

/** sshkey_exists() - is there such a key? */
bool sshkey_exists(const struct sshkey *key);

/** sshkey_make() - make one, without a passphrase. Return: 0 or -errno. */
_must_check_ int sshkey_make(const struct sshkey *key, struct err *err);

/**
 * sshkey_copy() - let the server take it. Programs of ssh ask at the terminal for what they
 * need: whether the server is the right one, and its password. Return: 0 or -errno.
 */
_must_check_ int sshkey_copy(const struct sshkey *key, struct err *err);

/** sshkey_try() - log in as the capture image will. Return: 0; -EACCES; -errno. */
_must_check_ int sshkey_try(const struct sshkey *key, struct err *err);

#endif
