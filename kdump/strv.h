/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Lists of strings that own their elements and end in a NULL, as execve() wants them.
 */
#ifndef KDUMP_STRV_H
#define KDUMP_STRV_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/attrs.h"

/** struct strv - a list of malloc()ed strings; all zero is an empty one. */
struct strv {
	char **v; /* @n strings and a NULL; NULL while nothing was ever added */
	size_t n;
	size_t capacity;
};

/** strv_done() - free the strings and the list; it is empty afterwards. */
void strv_done(struct strv *list);

/** strv_take() - append @text, whose ownership passes on in any case. Return: 0 or -ENOMEM. */
_must_check_ int strv_take(struct strv *list, char *text);

/** strv_add() - append a copy of @text. Return: 0 or -ENOMEM. */
_must_check_ int strv_add(struct strv *list, const char *text);

/** strv_addf() - append formatted text. Return: 0 or -ENOMEM. */
_must_check_ int strv_addf(struct strv *list, const char *fmt, ...) _printf_(2, 3);

/** strv_has() - is @text an element? */
bool strv_has(const struct strv *list, const char *text);

#endif
