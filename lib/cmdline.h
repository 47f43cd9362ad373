/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Kernel command lines: words parted by blanks, where double quotes keep blanks inside a
 * word (lib/cmdline.c: next_arg() of the kernel). A parameter's name ends at the first '='.
 */
#ifndef LIB_CMDLINE_H
#define LIB_CMDLINE_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/attrs.h"
#include "lib/err.h"

/** struct cmdline_word - one word of a command line, borrowed from it. */
struct cmdline_word {
	const char *text; /* not NUL-terminated */
	size_t len;       /* bytes of the whole word, quotes included */
	size_t name_len;  /* bytes before the first '=', or len */
};

/**
 * cmdline_next() - take the next word.
 * @pos: where to go on; advanced past the word.
 * Return: false at the end.
 */
bool cmdline_next(const char **pos, struct cmdline_word *ret);

/** cmdline_word_is() - is the word's name exactly @name? */
bool cmdline_word_is(const struct cmdline_word *word, const char *name);

/**
 * cmdline_value() - the value of the last word called @name.
 * @ret: malloc()ed value without enclosing quotes, "" for a word without '='; the caller
 *	frees. Untouched unless 1 is returned.
 * Return: 1 if there is such a word, 0 if not, -ENOMEM.
 */
_must_check_ int cmdline_value(const char *line, const char *name, char **ret);

/**
 * cmdline_without() - copy a command line, leaving out words.
 * @drop: called for each word; true leaves it out. @ctx: handed to it.
 * @ret: malloc()ed line, its words parted by single blanks; the caller frees.
 * Return: 0 or -ENOMEM.
 */
_must_check_ int cmdline_without(const char *line,
				 bool (*drop)(const struct cmdline_word *word, void *ctx),
				 void *ctx, char **ret);

/**
 * cmdline_add() - append words, parted by a blank from what stands before.
 * @line: malloc()ed; may move. @word: nothing happens if it is "".
 * Return: 0, or -ENOMEM with *@line as it was.
 */
_must_check_ int cmdline_add(char **line, const char *word, struct err *err);

#endif
