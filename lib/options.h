/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Command lines: one table per program says which options there are; it is what the
 * command line is read by, once, and what --help is printed from.
 */
#ifndef LIB_OPTIONS_H
#define LIB_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "lib/attrs.h"
#include "lib/err.h"

/** struct option_row - one option. Two rows may share an id: they are synonyms. */
struct option_row {
	int id;                /* what the handler gets; any value above 0 */
	char short_name;       /* 0: none */
	const char *long_name; /* without the dashes; never NULL */
	const char *arg;       /* name of its argument, e.g. "FILE"; NULL: takes none */
	const char *help;      /* one sentence; NULL: not shown */
	const char *heading;   /* printed above it, after an empty line; NULL: none */
	bool optional;         /* the argument may be left out; else it is part of the word */
};

/**
 * options_handler - called for each option, in the order given.
 * @ctx: as passed to options_parse(); @arg: points into argv, NULL where the row has none or
 * it was left out.
 * Return: 0, or -errno with @err set, which stops the reading.
 */
typedef int options_handler(void *ctx, int id, const char *arg, struct err *err);

/**
 * options_parse() - read a command line.
 *
 * Long options may be abbreviated as far as they stay unambiguous, take their argument as
 * `--name=V` or `--name V`, and may stand behind other arguments (GNU getopt_long, whose
 * reading scripts rely on).
 *
 * @rows: @count rows.
 * @argc, @argv: as main() got them; argv is reordered, its non-options come last.
 * @handler, @ctx: see there.
 * @ret_first: index of the first non-option argument, @argc when there is none.
 * Return: 0, or -EINVAL with @err naming the option.
 */
_must_check_ int options_parse(const struct option_row *rows, size_t count, int argc, char **argv,
			       options_handler *handler, void *ctx, int *ret_first,
			       struct err *err);

/** options_help() - print the rows that have a help text, aligned, below their headings. */
void options_help(FILE *out, const struct option_row *rows, size_t count);

#endif
