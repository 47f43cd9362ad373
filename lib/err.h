/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One error convention for the whole tree.
 *
 * A function that can fail returns 0 or a negative errno value, and takes a
 * caller-owned `struct err` as its last parameter. The function that notices the
 * failure fills it; callers may put what they know in front; only main() prints it.
 * Nothing here allocates, so running out of memory can be reported too.
 *
 * An error has two lines: what happened, and (where one is known) what to do.
 */
#ifndef LIB_ERR_H
#define LIB_ERR_H

#include <stdio.h>

#include "lib/attrs.h"

enum {
	ERR_TEXT_MAX = 4096, /* bytes, with the terminating NUL */
	ERR_HINT_MAX = 512,
};

struct err {
	char text[ERR_TEXT_MAX]; /* what happened: one line, no final newline */
	char hint[ERR_HINT_MAX]; /* what to do about it, or "" */
};

/** ERR_INIT - an error object that says nothing yet. */
#define ERR_INIT                                                                                   \
	{                                                                                          \
		.text = ""                                                                         \
	}

/**
 * err_set() - record a failure.
 * @err: is overwritten, its hint cleared; may be NULL when the caller does not care.
 * @code: negative errno value to hand back.
 * @fmt: printf format of the message. Over-long text is cut and ends in "...".
 *
 * Return: @code, so that `return err_set(...)` reads well.
 */
int err_set(struct err *err, int code, const char *fmt, ...) _printf_(3, 4);

/**
 * err_errno() - like err_set(), with ": " and the text of errno value -@code appended.
 */
int err_errno(struct err *err, int code, const char *fmt, ...) _printf_(3, 4);

/** err_oom() - record that memory ran out. Return: -ENOMEM. */
int err_oom(struct err *err);

/**
 * err_prefix() - put "@fmt: " in front of the text already in @err.
 * Return: @code, unchanged.
 */
int err_prefix(struct err *err, int code, const char *fmt, ...) _printf_(3, 4);

/** err_hint() - set the line that says what to do. Return: @code, unchanged. */
int err_hint(struct err *err, int code, const char *fmt, ...) _printf_(3, 4);

/**
 * err_print() - print @err as "PROGRAM: text", and its hint, if any, on a second line.
 * @out: where to; @program: the name to put in front, or NULL for none.
 */
void err_print(FILE *out, const char *program, const struct err *err);

#endif
