/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "lib/array.h"
#include "lib/json.h"

enum {
	NSEC_PER_USEC = 1000,
	NSEC_PER_SEC = 1000000000,
};

void json_done(struct json *json)
{
	free(json->text);
	*json = (struct json){ NULL };
}

static void put(struct json *json, const char *text, size_t size)
{
	if (json->failed)
		return;
	if (array_reserve(&json->text, &json->capacity, json->size + size, 1) < 0) {
		json->failed = true;
		return;
	}
	if (size > 0)
		memcpy(json->text + json->size, text, size);
	json->size += size;
}

static void put_text(struct json *json, const char *text)
{
	put(json, text, strlen(text));
}

/* A new line, indented. */
static void put_line(struct json *json)
{
	put_text(json, "\n");
	for (unsigned int i = 0; i < json->depth; i++)
		put_text(json, "  ");
}

/* What stands in front of a value: the comma, and the next line's indentation. */
static void put_separator(struct json *json)
{
	if (json->follows)
		put_text(json, ",");
	if (json->depth > 0)
		put_line(json);
}

/* A value goes here; behind a key it stands on the key's line. */
static void begin_value(struct json *json)
{
	if (!json->keyed)
		put_separator(json);
	json->keyed = false;
	json->follows = true;
}

void json_open(struct json *json, char bracket)
{
	begin_value(json);
	put(json, &bracket, 1);
	json->depth++;
	json->follows = false;
}

void json_close(struct json *json, char bracket)
{
	bool empty = !json->follows;

	json->depth--;
	json->follows = false;
	if (!empty)
		put_line(json);
	put(json, &bracket, 1);
	if (json->depth == 0)
		put_text(json, "\n");
	json->follows = true;
}

/* Bytes of the UTF-8 character at @p, 0 if there is none; above a byte's. */
static size_t utf8_length(const unsigned char *p)
{
	static const uint32_t lowest[] = { 0, 0, 0x80, 0x800, 0x10000 };
	uint32_t code;
	size_t n;

	if (p[0] >= 0xc2 && p[0] <= 0xdf)
		n = 2;
	else if ((p[0] & 0xf0) == 0xe0)
		n = 3;
	else if (p[0] >= 0xf0 && p[0] <= 0xf4)
		n = 4;
	else
		return 0;
	code = p[0] & (0x7fU >> n);
	for (size_t i = 1; i < n; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 0;
		code = code << 6 | (p[i] & 0x3f);
	}
	if (code < lowest[n] || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff))
		return 0;
	return n;
}

static void put_quoted(struct json *json, const char *text)
{
	const unsigned char *p = (const unsigned char *)text;
	char escape[sizeof("\\u0000")];

	put_text(json, "\"");
	while (*p) {
		size_t n = *p >= 0x80 ? utf8_length(p) : 1;

		if (*p == '"' || *p == '\\') {
			put_text(json, "\\");
		} else if (*p < 0x20 || *p == 0x7f || n == 0) {
			snprintf(escape, sizeof(escape), "\\u%04x", (unsigned int)*p++);
			put_text(json, escape);
			continue;
		}
		put(json, (const char *)p, n);
		p += n;
	}
	put_text(json, "\"");
}

void json_key(struct json *json, const char *key)
{
	put_separator(json);
	put_quoted(json, key);
	put_text(json, ": ");
	json->keyed = true;
}

void json_string(struct json *json, const char *text)
{
	if (!text) {
		json_null(json);
		return;
	}
	begin_value(json);
	put_quoted(json, text);
}

void json_u64(struct json *json, uint64_t value)
{
	char text[sizeof("18446744073709551615")];

	begin_value(json);
	snprintf(text, sizeof(text), "%" PRIu64, value);
	put_text(json, text);
}

void json_seconds(struct json *json, uint64_t nsec)
{
	char text[sizeof("18446744073.709551")];

	begin_value(json);
	snprintf(text, sizeof(text), "%" PRIu64 ".%06" PRIu64, nsec / NSEC_PER_SEC,
		 nsec % NSEC_PER_SEC / NSEC_PER_USEC);
	put_text(json, text);
}

void json_bool(struct json *json, bool value)
{
	begin_value(json);
	put_text(json, value ? "true" : "false");
}

void json_null(struct json *json)
{
	begin_value(json);
	put_text(json, "null");
}

int json_result(const struct json *json, struct err *err)
{
	return json->failed ? err_oom(err) : 0;
}
