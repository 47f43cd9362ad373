/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * /etc/crypttab(5): encrypted devices and how systemd opens them. Here, the option that has the
 * volume key of one put into a keyring, where a capture can have it from.
 */
#ifndef KDUMP_CRYPTTAB_H
#define KDUMP_CRYPTTAB_H

#include "lib/attrs.h"
#include "lib/err.h"

enum { CRYPTTAB_UUID_MAX = 40 }; /* bytes of a UUID with dashes, with NUL */

/** enum crypttab_change - what became of a line. */
enum crypttab_change {
	CRYPTTAB_SAME,
	CRYPTTAB_ADDED,
	CRYPTTAB_REPLACED, /* another key was named */
};

/**
 * crypttab_link_key() - have the key of one device linked.
 * @text: the file.
 * @ret: malloc()ed file, with all else as it was; the caller frees. Untouched on failure.
 * Return: enum crypttab_change; -ENOENT if no line names the device; -ENOMEM.
 */
_must_check_ int crypttab_link_key(const char *text, const char *uuid, char **ret);

#endif
