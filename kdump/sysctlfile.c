/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kdump/sysctlfile.h"

#define BLANKS " \t"

/* Does the line of @len bytes set @key? */
static bool sets(const char *line, size_t len, const char *key)
{
	const char *end = line + len;

	while (line < end && strchr(BLANKS, *line))
		line++;
	if (line < end && *line == '-')
		line++;
	for (; *key; key++, line++)
		if (line == end || (*line != *key && (*key != '.' || *line != '/')))
			return false;
	while (line < end && strchr(BLANKS, *line))
		line++;
	return line < end && *line == '=';
}

int sysctlfile_set(char **text, const char *key, const char *value)
{
	_cleanup_free_ char *out = NULL;
	size_t size;
	FILE *file = open_memstream(&out, &size);
	bool done = false, failed;

	if (!file)
		return -ENOMEM;
	for (const char *p = *text; *p;) {
		size_t len = strcspn(p, "\n");

		if (!sets(p, len, key))
			fprintf(file, "%.*s\n", (int)len, p);
		else if (!done)
			fprintf(file, "%s = %s\n", key, value);
		done = done || sets(p, len, key);
		p += len + (p[len] == '\n');
	}
	if (!done)
		fprintf(file, "%s = %s\n", key, value);
	failed = ferror(file);
	if (fclose(file) != 0 || failed)
		return -ENOMEM;
	free(*text);
	*text = TAKE_PTR(out);
	return 0;
}

bool sysctlfile_has(const char *text, const char *key)
{
	for (const char *p = text; *p;) {
		size_t len = strcspn(p, "\n");

		if (sets(p, len, key))
			return true;
		p += len + (p[len] == '\n');
	}
	return false;
}
