/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * JSON (RFC 8259) as programs print it for other programs: a writer into memory that puts
 * commas and escapes where they belong. Failing to get memory is kept and told at the end,
 * so that what is written in between reads like the document.
 */
#ifndef LIB_JSON_H
#define LIB_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "lib/attrs.h"
#include "lib/bytes.h"
#include "lib/err.h"

/** struct json - starts zeroed; release with json_done(). */
struct json {
	char *text; /* owned; no NUL at its end */
	size_t size;
	size_t capacity;
	unsigned int depth; /* of objects and arrays that are open */
	bool keyed;         /* the next value's key was written */
	bool follows;       /* a value stands before the next one in the same object or array */
	bool failed;        /* memory ran out */
};

/** json_done() - release; fine on a zeroed one. */
void json_done(struct json *json);

/** json_open() - begin an object ('{') or an array ('['), as a member or an element. */
void json_open(struct json *json, char bracket);

/** json_close() - end it; @bracket: '}' or ']'. Behind the outermost one comes a newline. */
void json_close(struct json *json, char bracket);

/** json_key() - the name of the member of an object that is written next. */
void json_key(struct json *json, const char *key);

/**
 * json_string() - a string, or null if @text is NULL. Bytes that are not UTF-8 are written as
 * the characters with their numbers (as ISO 8859-1 has it), so that the output always is; control
 * characters are always escaped.
 */
void json_string(struct json *json, const char *text);

/** json_bytes() - a string of any bytes, NULs among them; else as json_string(). */
void json_bytes(struct json *json, struct bytes text);

/** json_u64() - a number. */
void json_u64(struct json *json, uint64_t value);

/** json_seconds() - nanoseconds as a number of seconds with six decimals. */
void json_seconds(struct json *json, uint64_t nsec);

/** json_bool() - true or false. */
void json_bool(struct json *json, bool value);

/** json_null() - null. */
void json_null(struct json *json);

/**
 * json_forget() - drop the text that was written so far, which the caller has taken care of;
 * the document goes on behind it. This way one of any length needs little memory.
 */
void json_forget(struct json *json);

/**
 * json_embed() - a value that this writer, elsewhere, has written: @size bytes, whose newline at
 * the end is left out.
 */
void json_embed(struct json *json, const char *text, size_t size);

/** json_result() - did all of it fit in memory? Return: 0 or -ENOMEM. */
_must_check_ int json_result(const struct json *json, struct err *err);

/** json_print() - write the document to @out, unless it did not fit. Return: 0 or -ENOMEM. */
_must_check_ int json_print(FILE *out, const struct json *json, struct err *err);

#endif
