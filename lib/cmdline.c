/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/cmdline.h"

bool cmdline_next(const char **pos, struct cmdline_word *ret)
{
	const char *p = *pos;
	bool quoted = false, named = false;

	while (isspace((unsigned char)*p))
		p++;
	if (!*p)
		return false;
	*ret = (struct cmdline_word){ .text = p };
	for (; *p && (quoted || !isspace((unsigned char)*p)); p++) {
		if (*p == '"')
			quoted = !quoted;
		if (*p == '=' && !named) {
			ret->name_len = (size_t)(p - ret->text);
			named = true;
		}
	}
	ret->len = (size_t)(p - ret->text);
	if (!named)
		ret->name_len = ret->len;
	*pos = p;
	return true;
}

bool cmdline_word_is(const struct cmdline_word *word, const char *name)
{
	return strlen(name) == word->name_len && memcmp(word->text, name, word->name_len) == 0;
}

int cmdline_value(const char *line, const char *name, char **ret)
{
	struct cmdline_word word, found = { NULL };
	const char *value;
	size_t len;

	while (cmdline_next(&line, &word))
		if (cmdline_word_is(&word, name))
			found = word;
	if (!found.text)
		return 0;
	value = found.text + found.name_len;
	len = found.len - found.name_len;
	if (len > 0) { /* the '=' */
		value++;
		len--;
	}
	if (len >= 2 && value[0] == '"' && value[len - 1] == '"') {
		value++;
		len -= 2;
	}
	*ret = strndup(value, len);
	return *ret ? 1 : -ENOMEM;
}

int cmdline_without(const char *line, bool (*drop)(const struct cmdline_word *word, void *ctx),
		    void *ctx, char **ret)
{
	char *copy = malloc(strlen(line) + 1);
	struct cmdline_word word;
	size_t used = 0;

	if (!copy)
		return -ENOMEM;
	while (cmdline_next(&line, &word)) {
		if (drop(&word, ctx))
			continue;
		if (used > 0)
			copy[used++] = ' ';
		memcpy(copy + used, word.text, word.len);
		used += word.len;
	}
	copy[used] = '\0';
	*ret = copy;
	return 0;
}

int cmdline_add(char **line, const char *word, struct err *err)
{
	size_t len = strlen(*line);
	char *longer;

	if (!*word)
		return 0;
	longer = realloc(*line, len + strlen(word) + 2);
	if (!longer)
		return err_oom(err);
	if (len > 0)
		longer[len++] = ' ';
	memcpy(longer + len, word, strlen(word) + 1);
	*line = longer;
	return 0;
}
