/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kdump/cryptkey.h"

enum { CRYPTTAB_MAX = 1 << 20 }; /* bytes */

/* Options of crypttab(5) by which something else than a passphrase opens a device. */
static const char *const tokens[] = { "tpm2-device=", "fido2-device=", "pkcs11-uri=" };

/* How many layers are encrypted: libcryptsetup's names for device-mapper begin so. */
static unsigned int count_encrypted(const struct strv *layers)
{
	static const char mark[] = "dm CRYPT-LUKS";
	unsigned int count = 0;

	for (size_t i = 0; i < layers->n; i++)
		count += strncmp(layers->v[i], mark, strlen(mark)) == 0;
	return count;
}

/* Does a line of crypttab open its device without anybody? */
static bool opens_itself(char *line, const char *dracut_args)
{
	char *state, *name = strtok_r(line, " \t", &state), *key, *options;

	if (!name || name[0] == '#' || !strtok_r(NULL, " \t", &state))
		return false;
	key = strtok_r(NULL, " \t", &state);
	options = key ? strtok_r(NULL, " \t", &state) : NULL;
	if (key && key[0] == '/' && dracut_args && strstr(dracut_args, key))
		return true;
	for (size_t i = 0; options && i < ARRAY_SIZE(tokens); i++)
		if (strstr(options, tokens[i]))
			return true;
	return false;
}

bool cryptkey_is_asked(const struct sysroot *root, const struct strv *layers,
		       const char *dracut_args)
{
	unsigned int encrypted = count_encrypted(layers), open = 0;
	_cleanup_free_ char *text = NULL;
	char *state;

	if (encrypted == 0)
		return false;
	if (sysroot_read(root, "/etc/crypttab", CRYPTTAB_MAX, &text, NULL, NULL) < 0)
		return true;
	for (char *line = strtok_r(text, "\n", &state); line; line = strtok_r(NULL, "\n", &state))
		open += opens_itself(line, dracut_args);
	return open < encrypted;
}
