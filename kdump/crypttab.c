/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "kdump/crypttab.h"

#define BLANKS     " \t"
#define OPTION     "link-volume-key="
#define KEY        "@u::%logon:kdump-cryptsetup:vk-" /* the key's place, type and name */
#define NO_KEYFILE "none"

/* Fields of a line: name, device, key file, options. */
enum { FIELD_DEVICE = 1, FIELD_KEYFILE, FIELD_OPTIONS, FIELDS };

struct span {
	const char *text;
	size_t len;
};

/* Take a line apart. Return: how many fields there are, the first four at most. */
static int split(const char *line, size_t len, struct span fields[static FIELDS])
{
	const char *end = line + len;
	int n = 0;

	while (n < FIELDS) {
		line += strspn(line, BLANKS);
		if (line >= end || (n == 0 && *line == '#'))
			break;
		fields[n].text = line;
		fields[n].len = strcspn(line, BLANKS "\n");
		line += fields[n++].len;
	}
	return n;
}

/* Does a device field name that UUID? */
static bool names(const struct span *device, const char *uuid)
{
	static const char *const ways[] = { "UUID=", "/dev/disk/by-uuid/" };
	const char *p = device->text;
	size_t len = device->len;

	for (size_t i = 0; i < ARRAY_SIZE(ways); i++) {
		size_t way = strlen(ways[i]);

		if (len <= way || strncmp(p, ways[i], way) != 0)
			continue;
		p += way;
		len -= way;
		if (len >= 2 && p[0] == '"' && p[len - 1] == '"') {
			p++;
			len -= 2;
		}
		return len == strlen(uuid) && strncasecmp(p, uuid, len) == 0;
	}
	return false;
}

/* Print @options with ours in the place of what there was of it. Return: what that changed. */
static enum crypttab_change print_options(FILE *out, const struct span *options, const char *uuid)
{
	enum crypttab_change change = CRYPTTAB_ADDED;
	const char *p = options->text, *end = options->text + options->len;
	bool first = true;

	while (p < end) {
		size_t len = strcspn(p, ", \t\n");

		if (strncmp(p, OPTION, strlen(OPTION)) != 0) {
			fprintf(out, "%s%.*s", first ? "" : ",", (int)len, p);
		} else {
			size_t key = strlen(OPTION KEY);

			change = len == key + strlen(uuid) && strncmp(p, OPTION KEY, key) == 0 &&
						 strncmp(p + key, uuid, strlen(uuid)) == 0
					 ? CRYPTTAB_SAME
					 : CRYPTTAB_REPLACED;
			fprintf(out, "%s%s%s", first ? "" : ",", OPTION KEY, uuid);
		}
		first = false;
		p += len + 1;
	}
	if (change == CRYPTTAB_ADDED)
		fprintf(out, "%s%s%s", first ? "" : ",", OPTION KEY, uuid);
	return change;
}

/* A line of the device. */
static enum crypttab_change print_line(FILE *out, const char *line, size_t len,
				       const struct span *fields, int n, const char *uuid)
{
	enum crypttab_change change = CRYPTTAB_ADDED;

	if (n < FIELDS) { /* all there is, and the missing fields */
		fprintf(out, "%.*s%s %s%s", (int)len, line,
			n <= FIELD_KEYFILE ? " " NO_KEYFILE : "", OPTION KEY, uuid);
		return change;
	}
	fprintf(out, "%.*s", (int)(fields[FIELD_OPTIONS].text - line), line);
	change = print_options(out, &fields[FIELD_OPTIONS], uuid);
	line += len;
	len = (size_t)(line - fields[FIELD_OPTIONS].text) - fields[FIELD_OPTIONS].len;
	fprintf(out, "%.*s", (int)len, line - len);
	return change;
}

/* Print the file anew. Return: as crypttab_link_key(). */
static int print_all(FILE *out, const char *text, const char *uuid)
{
	int change = -ENOENT;
	size_t len;

	for (; *text; text += len + (text[len] == '\n')) {
		struct span fields[FIELDS];
		int n;

		len = strcspn(text, "\n");
		n = split(text, len, fields);
		if (n > FIELD_DEVICE && names(&fields[FIELD_DEVICE], uuid))
			change = (int)print_line(out, text, len, fields, n, uuid);
		else
			fprintf(out, "%.*s", (int)len, text);
		if (text[len] == '\n')
			fputc('\n', out);
	}
	return change;
}

int crypttab_link_key(const char *text, const char *uuid, char **ret)
{
	_cleanup_free_ char *copy = NULL;
	size_t size;
	FILE *out = open_memstream(&copy, &size);
	int change;

	if (!out)
		return -ENOMEM;
	change = print_all(out, text, uuid);
	if (fclose(out) != 0)
		return -ENOMEM;
	if (change >= 0)
		*ret = TAKE_PTR(copy);
	return change;
}
