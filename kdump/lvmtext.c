/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "lib/number.h"

#include "kdump/lvmtext.h"

enum { NUMBER_MAX = 24 }; /* bytes of a number, with NUL */

/* Go on to what is neither blank nor, from a '#' to the end of the line, a comment. */
static void skip(struct lvmtext *t)
{
	while (t->at < t->end && (isspace((unsigned char)*t->at) || *t->at == '#')) {
		if (*t->at == '#')
			while (t->at < t->end && *t->at != '\n')
				t->at++;
		else
			t->at++;
	}
}

static bool is_word(char c)
{
	return isalnum((unsigned char)c) || strchr("_.+-", c);
}

static size_t size_of(struct lvmtext t)
{
	return (size_t)(t.end - t.at);
}

/* Take a number or a name; a text in quotes with these. Return: 0, -EBADMSG. */
static int take_word(struct lvmtext *t, struct lvmtext *ret)
{
	ret->at = t->at;
	if (t->at < t->end && *t->at == '"') {
		do {
			if (*t->at++ == '\\' && t->at < t->end)
				t->at++;
		} while (t->at < t->end && *t->at != '"');
		if (t->at >= t->end)
			return -EBADMSG;
		t->at++;
	} else {
		while (t->at < t->end && *t->at && is_word(*t->at))
			t->at++;
	}
	ret->end = t->at;
	return t->at > ret->at ? 0 : -EBADMSG;
}

/* Take what goes from @open, where @t is, to the @close that belongs to it. Return: 0, -EBADMSG. */
static int take_inside(struct lvmtext *t, char open, char close, struct lvmtext *ret)
{
	size_t depth = 0;

	ret->at = t->at + 1;
	for (skip(t); t->at < t->end; skip(t)) {
		struct lvmtext word;

		if (*t->at == '"') {
			if (take_word(t, &word) < 0)
				return -EBADMSG;
			continue;
		}
		depth += *t->at == open;
		depth -= *t->at == close;
		t->at++;
		if (depth == 0) {
			ret->end = t->at - 1;
			return 0;
		}
	}
	return -EBADMSG;
}

int lvmtext_next(struct lvmtext *rest, struct lvmtext_entry *ret)
{
	int r;

	skip(rest);
	if (rest->at >= rest->end)
		return 0;
	r = take_word(rest, &ret->name);
	skip(rest);
	if (r < 0 || rest->at >= rest->end)
		return -EBADMSG;
	ret->section = *rest->at == '{';
	if (ret->section)
		return take_inside(rest, '{', '}', &ret->body) < 0 ? -EBADMSG : 1;
	if (*rest->at++ != '=')
		return -EBADMSG;
	skip(rest);
	if (rest->at < rest->end && *rest->at == '[')
		r = take_inside(rest, '[', ']', &ret->body);
	else
		r = take_word(rest, &ret->body);
	return r < 0 ? r : 1;
}

int lvmtext_item(struct lvmtext *rest, struct lvmtext *ret)
{
	skip(rest);
	while (rest->at < rest->end && *rest->at == ',') {
		rest->at++;
		skip(rest);
	}
	if (rest->at >= rest->end)
		return 0;
	return take_word(rest, ret) < 0 ? -EBADMSG : 1;
}

static struct lvmtext without_quotes(struct lvmtext t)
{
	if (size_of(t) >= 2 && *t.at == '"') {
		t.at++;
		t.end--;
	}
	return t;
}

bool lvmtext_is(struct lvmtext piece, const char *text)
{
	piece = without_quotes(piece);
	return size_of(piece) == strlen(text) && memcmp(piece.at, text, strlen(text)) == 0;
}

static int find(struct lvmtext in, const char *name, bool section, struct lvmtext *ret)
{
	struct lvmtext_entry entry;
	int r;

	while ((r = lvmtext_next(&in, &entry)) > 0)
		if (entry.section == section && lvmtext_is(entry.name, name)) {
			*ret = entry.body;
			return 0;
		}
	return r < 0 ? r : -ENODATA;
}

int lvmtext_section(struct lvmtext in, const char *name, struct lvmtext *ret)
{
	return find(in, name, true, ret);
}

int lvmtext_value(struct lvmtext in, const char *name, struct lvmtext *ret)
{
	return find(in, name, false, ret);
}

bool lvmtext_has(struct lvmtext in, const char *name, const char *item)
{
	struct lvmtext list, piece;

	if (lvmtext_value(in, name, &list) < 0)
		return false;
	while (lvmtext_item(&list, &piece) > 0)
		if (lvmtext_is(piece, item))
			return true;
	return false;
}

int lvmtext_copy(struct lvmtext piece, char *ret, size_t size)
{
	piece = without_quotes(piece);
	if (size_of(piece) >= size)
		return -EBADMSG;
	memcpy(ret, piece.at, size_of(piece));
	ret[size_of(piece)] = '\0';
	return 0;
}

int lvmtext_number(struct lvmtext piece, uint64_t *ret)
{
	char text[NUMBER_MAX];

	return lvmtext_copy(piece, text, sizeof(text)) < 0 || number_parse(text, 10, ret) < 0
		       ? -EBADMSG
		       : 0;
}
