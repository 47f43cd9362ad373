/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "kdump/sshalias.h"

#define SEPARATORS " \t=\""

enum { CONFIG_MAX = 1 << 20 }; /* bytes */

/* Take the next word of @line, or NULL. */
static char *next_word(char **line)
{
	char *word;

	do
		word = strsep(line, SEPARATORS);
	while (word && !*word);
	return word;
}

/* Does the list of patterns @words have @host as it is? */
static bool names_host(char *words, const char *host)
{
	for (const char *word; (word = next_word(&words));)
		if (strcasecmp(word, host) == 0)
			return true;
	return false;
}

static int search(const struct sysroot *root, const char *path, const char *host, struct err *err)
{
	_cleanup_free_ char *text = NULL;
	int r = sysroot_read(root, path, CONFIG_MAX, &text, NULL, err);
	char *line, *rest = text;
	bool inside = false;

	if (r == -ENOENT)
		return 0;
	while (r == 0 && (line = strsep(&rest, "\n"))) {
		const char *keyword = next_word(&line), *name;

		if (!keyword || keyword[0] == '#')
			continue;
		if (strcasecmp(keyword, "Host") == 0)
			inside = names_host(line, host);
		else if (strcasecmp(keyword, "Match") == 0)
			inside = false;
		else if (inside && strcasecmp(keyword, "HostName") == 0 &&
			 (name = next_word(&line)) && strcasecmp(name, host) != 0 &&
			 strcmp(name, "%h") != 0)
			return 1;
	}
	return r;
}

int sshalias_is(const struct sysroot *root, const char *host, struct err *err)
{
	int r = search(root, "/root/.ssh/config", host, err);

	return r == 0 ? search(root, "/etc/ssh/ssh_config", host, err) : r;
}
