/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "kdump/jsonfield.h"

enum { HEX_DIGITS = 4 }; /* of \uXXXX */

struct reader {
	const char *at, *end;
};

static void skip_blanks(struct reader *rd)
{
	while (rd->at < rd->end && memchr(" \t\r\n", *rd->at, 4))
		rd->at++;
}

/* Is @c what comes next? It is then taken. */
static bool take(struct reader *rd, char c)
{
	skip_blanks(rd);
	if (rd->at == rd->end || *rd->at != c)
		return false;
	rd->at++;
	return true;
}

/* A string, without its quotes and as it is written. */
static bool take_string(struct reader *rd, struct reader *ret)
{
	if (!take(rd, '"'))
		return false;
	ret->at = rd->at;
	while (rd->at < rd->end && *rd->at != '"') {
		if (*rd->at == '\\' && ++rd->at == rd->end)
			return false;
		rd->at++;
	}
	ret->end = rd->at;
	return take(rd, '"');
}

/* Any other value; what is inside brackets is not looked at. */
static bool skip_value(struct reader *rd)
{
	const char *begin = rd->at;
	unsigned int depth = 0;

	while (rd->at < rd->end) {
		char c = *rd->at;
		struct reader ignored;

		if (depth == 0 && (c == ',' || c == '}' || c == ']'))
			break;
		if (c == '"') {
			if (!take_string(rd, &ignored))
				return false;
			continue;
		}
		if (c == '{' || c == '[')
			depth++;
		else if (c == '}' || c == ']')
			depth--;
		rd->at++;
	}
	return rd->at > begin && rd->at < rd->end;
}

static bool read_hex(const char *p, const char *end, uint32_t *ret)
{
	uint32_t value = 0;

	if (end - p < HEX_DIGITS)
		return false;
	for (size_t i = 0; i < HEX_DIGITS; i++) {
		const char *digits = "0123456789abcdef0123456789ABCDEF", *digit;

		digit = p[i] ? strchr(digits, p[i]) : NULL;
		if (!digit)
			return false;
		value = value << 4 | (uint32_t)((digit - digits) & 0xf);
	}
	*ret = value;
	return true;
}

/* As UTF-8; halves of a pair and NUL, which no string of ours has, become '?'. */
static char *put_character(char *out, uint32_t code)
{
	if (code == 0 || (code >= 0xd800 && code <= 0xdfff))
		code = '?';
	if (code < 0x80) {
		*out++ = (char)code;
	} else if (code < 0x800) {
		*out++ = (char)(0xc0 | code >> 6);
		*out++ = (char)(0x80 | (code & 0x3f));
	} else {
		*out++ = (char)(0xe0 | code >> 12);
		*out++ = (char)(0x80 | (code >> 6 & 0x3f));
		*out++ = (char)(0x80 | (code & 0x3f));
	}
	return out;
}

/* What a string says. @out has room for as many bytes as are written. */
static bool unescape(const struct reader *string, char *out)
{
	static const char escapes[] = "\"\\/bfnrt", meanings[] = "\"\\/\b\f\n\r\t";

	for (const char *p = string->at; p < string->end;) {
		const char *escape;
		uint32_t code;

		if (*p != '\\') {
			*out++ = *p++;
			continue;
		}
		p++;
		if (*p == 'u') {
			if (!read_hex(p + 1, string->end, &code))
				return false;
			out = put_character(out, code);
			p += 1 + HEX_DIGITS;
			continue;
		}
		escape = *p ? strchr(escapes, *p++) : NULL;
		if (!escape)
			return false;
		*out++ = meanings[escape - escapes];
	}
	*out = '\0';
	return true;
}

static int copy_string(const struct reader *string, char **ret)
{
	char *copy = malloc((size_t)(string->end - string->at) + 1);

	if (!copy)
		return -ENOMEM;
	if (!unescape(string, copy)) {
		free(copy);
		return -EBADMSG;
	}
	*ret = copy;
	return 1;
}

/* A member; @found is its value if that is a string and the member is called @key. */
static bool take_member(struct reader *rd, const char *key, struct reader *found)
{
	struct reader name, value;
	bool wanted;

	if (!take_string(rd, &name) || !take(rd, ':'))
		return false;
	wanted = (size_t)(name.end - name.at) == strlen(key) &&
		 memcmp(name.at, key, strlen(key)) == 0;
	skip_blanks(rd);
	if (rd->at == rd->end || *rd->at != '"')
		return skip_value(rd);
	if (!take_string(rd, &value))
		return false;
	if (wanted)
		*found = value;
	return true;
}

int jsonfield_string(const char *text, size_t size, const char *key, char **ret)
{
	struct reader rd = { text, text + size }, found = { NULL };

	if (!take(&rd, '{'))
		return -EBADMSG;
	do {
		if (!take_member(&rd, key, &found))
			return -EBADMSG;
	} while (take(&rd, ','));
	if (!take(&rd, '}'))
		return -EBADMSG;
	skip_blanks(&rd);
	if (rd.at < rd.end)
		return -EBADMSG;
	return found.at ? copy_string(&found, ret) : 0;
}
