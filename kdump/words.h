/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Command lines that stand in configuration files become argument lists here, with the
 * quotes of POSIX shells (POSIX.1-2017, Shell Command Language 2.2) and nothing else of
 * them: no expansion, no substitution, nothing is ever executed. And the way back: an
 * argument list as a line that can be pasted into a shell.
 */
#ifndef KDUMP_WORDS_H
#define KDUMP_WORDS_H

#include "lib/attrs.h"
#include "lib/err.h"

#include "kdump/strv.h"

/** enum words_sign - what `$` and '`' outside single quotes mean to words_unquote(). */
enum words_sign {
	WORDS_LITERAL, /* nothing special */
	WORDS_REFUSED, /* an error: a shell would expand them, we never do */
};

/**
 * words_unquote() - read one word.
 * @pos: first character of the word; advanced to the blank, newline or NUL that ends it.
 *	Newlines inside quotes belong to the word; a backslash before one joins lines.
 * @ret: malloc()ed word without its quotes; the caller frees. Untouched on failure.
 * Return: 0, -EINVAL for a quote without its partner or a refused sign, -ENOMEM.
 */
_must_check_ int words_unquote(const char **pos, enum words_sign sign, char **ret, struct err *err);

/**
 * words_split() - append all words of @text to @ret.
 * Return: as words_unquote(); @ret may then hold some of the words.
 */
_must_check_ int words_split(const char *text, struct strv *ret, struct err *err);

/** words_line() - @argv as one shell line; malloc()ed, NULL when memory runs out. */
char *words_line(char *const *argv);

#endif
