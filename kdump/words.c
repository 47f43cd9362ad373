/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "kdump/words.h"

#define BLANKS " \t\n"

/* A backslash at @p: take what it stands for, to @out. Return: characters read. */
static size_t unescape(const char *p, char quote, char **out)
{
	if (!p[1]) {
		*(*out)++ = '\\';
		return 1;
	}
	if (p[1] == '\n')
		return 2;
	if (quote == '"' && !strchr("\"\\$`", p[1]))
		*(*out)++ = '\\';
	*(*out)++ = p[1];
	return 2;
}

int words_unquote(const char **pos, enum words_sign sign, char **ret, struct err *err)
{
	_cleanup_free_ char *word = malloc(strlen(*pos) + 1);
	const char *p = *pos;
	char *out = word;
	char quote = 0;

	if (!word)
		return err_oom(err);
	while (*p && (quote || !strchr(BLANKS, *p))) {
		if (quote != '\'' && *p == '\\') {
			p += unescape(p, quote, &out);
		} else if (quote != '\'' && sign == WORDS_REFUSED && (*p == '$' || *p == '`')) {
			err_set(err, -EINVAL, "'%c' has no meaning here", *p);
			return err_hint(err, -EINVAL,
					"This file is read, not executed: write the value out, or "
					"put it into single quotes.");
		} else if (*p == quote) {
			quote = 0;
			p++;
		} else if (!quote && (*p == '"' || *p == '\'')) {
			quote = *p++;
		} else {
			*out++ = *p++;
		}
	}
	if (quote)
		return err_set(err, -EINVAL, "quote %c has no partner", quote);
	*out = '\0';
	*pos = p;
	*ret = TAKE_PTR(word);
	return 0;
}

int words_split(const char *text, struct strv *ret, struct err *err)
{
	for (;;) {
		char *word = NULL;
		int r;

		text += strspn(text, BLANKS);
		if (!*text)
			return 0;
		r = words_unquote(&text, WORDS_LITERAL, &word, err);
		if (r < 0)
			return r;
		if (strv_take(ret, word) < 0)
			return err_oom(err);
	}
}

/* Characters that mean nothing to a shell anywhere in a word. */
static bool is_plain(const char *word)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789_-+=.,/:@%";

	return word[0] && word[strspn(word, plain)] == '\0';
}

static char *put_quoted(char *out, const char *word)
{
	*out++ = '\'';
	for (; *word; word++) {
		if (*word == '\'') {
			memcpy(out, "'\\'", 3);
			out += 3;
		}
		*out++ = *word;
	}
	*out++ = '\'';
	return out;
}

char *words_line(char *const *argv)
{
	size_t size = 1;
	char *line, *out;

	for (size_t i = 0; argv[i]; i++)
		size += 4 * strlen(argv[i]) + 3; /* each ' becomes four, two more, a blank */
	line = out = malloc(size);
	if (!line)
		return NULL;
	for (size_t i = 0; argv[i]; i++) {
		if (i > 0)
			*out++ = ' ';
		out = is_plain(argv[i]) ? stpcpy(out, argv[i]) : put_quoted(out, argv[i]);
	}
	*out = '\0';
	return line;
}
