/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How an encrypted dump target is opened in the capture kernel, told while there is somebody to
 * be told: one that asks for a passphrase then asks a machine that nobody sits at.
 */
#ifndef KDUMP_CRYPTKEY_H
#define KDUMP_CRYPTKEY_H

#include <stdbool.h>

#include "lib/sysroot.h"

#include "kdump/strv.h"

#define CRYPTKEY_WARNING                                                                           \
	"the dump target is encrypted, and somebody has to type its passphrase on the capture "    \
	"kernel's console; kdump.conf(5), \"Encrypted targets\", says what else opens it"

/**
 * cryptkey_is_asked() - will somebody have to type a passphrase?
 * @layers: what the target is built upon, see devstack.h.
 * @dracut_args: of kdump.conf, which may put a key file of /etc/crypttab into the image; NULL.
 */
bool cryptkey_is_asked(const struct sysroot *root, const struct strv *layers,
		       const char *dracut_args);

#endif
