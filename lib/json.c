/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "lib/array.h"
#include "lib/json.h"
#include "lib/utf8.h"

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

static void put_quoted(struct json *json, struct bytes text)
{
	char escape[sizeof("\\u0000")];

	put_text(json, "\"");
	while (text.size > 0) {
		uint8_t c = text.data[0];
		uint32_t code = 0;
		size_t n = utf8_take(text, &code);

		if (c == '"' || c == '\\')
			put_text(json, "\\");
		if (n == 0) {
			code = c;
			n = 1;
		}
		if (code < 0x20 || (code >= 0x7f && code <= 0x9f) || (n == 1 && c >= 0x80)) {
			snprintf(escape, sizeof(escape), "\\u%04x", (unsigned int)code);
			put_text(json, escape);
		} else {
			put(json, (const char *)text.data, n);
		}
		text = (struct bytes){ text.data + n, text.size - n };
	}
	put_text(json, "\"");
}

static struct bytes bytes_of(const char *text)
{
	return (struct bytes){ (const uint8_t *)text, strlen(text) };
}

void json_key(struct json *json, const char *key)
{
	put_separator(json);
	put_quoted(json, bytes_of(key));
	put_text(json, ": ");
	json->keyed = true;
}

void json_string(struct json *json, const char *text)
{
	if (!text) {
		json_null(json);
		return;
	}
	json_bytes(json, bytes_of(text));
}

void json_bytes(struct json *json, struct bytes text)
{
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

void json_forget(struct json *json)
{
	json->size = 0;
}

void json_embed(struct json *json, const char *text, size_t size)
{
	begin_value(json);
	while (size > 0 && text[size - 1] == '\n')
		size--;
	while (size > 0) {
		const char *newline = memchr(text, '\n', size);
		size_t len = newline ? (size_t)(newline - text) : size;

		put(json, text, len);
		if (newline)
			put_line(json);
		text += len + (newline ? 1 : 0);
		size -= len + (newline ? 1 : 0);
	}
}

int json_result(const struct json *json, struct err *err)
{
	return json->failed ? err_oom(err) : 0;
}

int json_print(FILE *out, const struct json *json, struct err *err)
{
	int r = json_result(json, err);

	if (r == 0)
		fwrite(json->text, 1, json->size, out);
	return r;
}
