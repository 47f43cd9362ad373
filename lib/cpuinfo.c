/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdio.h>
#include <string.h>

#include "lib/cpuinfo.h"

#define CPUINFO_PATH "/proc/cpuinfo"

/* Is @flag among the "flags" of a line? */
static bool has_flag(const char *line, const char *flag)
{
	size_t len = strlen(flag);

	if (strncmp(line, "flags", 5) != 0)
		return false;
	for (const char *p = line; (p = strstr(p, flag)); p += len)
		if (p[-1] == ' ' && (p[len] == ' ' || p[len] == '\n'))
			return true;
	return false;
}

bool cpuinfo_five_levels(const struct sysroot *root)
{
	_cleanup_fclose_ FILE *file = sysroot_fopen(root, CPUINFO_PATH);
	_cleanup_free_ char *line = NULL;
	bool found = false;
	size_t size = 0;

	while (file && !found && getline(&line, &size, file) > 1)
		found = has_flag(line, "la57");
	return found;
}
