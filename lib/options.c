/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "lib/options.h"

/* Long options of row i are reported by getopt_long() as LONG_BASE + i. */
enum { LONG_BASE = 0x1000, HELP_COLUMN = 28, HELP_WIDTH = 80 };

struct tables {
	struct option *longs; /* one a row, and an empty one */
	char *shorts;
};

static void tables_done(struct tables *t)
{
	free(t->longs);
	free(t->shorts);
}

static int arguments_of(const struct option_row *row)
{
	if (!row->arg)
		return no_argument;
	return row->optional ? optional_argument : required_argument;
}

static int tables_init(struct tables *t, const struct option_row *rows, size_t count)
{
	char *s;

	t->longs = calloc(count + 1, sizeof(*t->longs));
	t->shorts = calloc(1, 3 * count + 2);
	if (!t->longs || !t->shorts)
		return -ENOMEM;
	s = t->shorts;
	*s++ = ':'; /* tell a missing argument from an unknown option */
	for (size_t i = 0; i < count; i++) {
		t->longs[i] = (struct option){
			.name = rows[i].long_name,
			.has_arg = arguments_of(&rows[i]),
			.val = LONG_BASE + (int)i,
		};
		if (!rows[i].short_name)
			continue;
		*s++ = rows[i].short_name;
		for (int colons = arguments_of(&rows[i]); colons > 0; colons--)
			*s++ = ':'; /* one: needs an argument; two: may have one */
	}
	return 0;
}

static const struct option_row *find_row(const struct option_row *rows, size_t count, int c)
{
	if (c >= LONG_BASE)
		return &rows[c - LONG_BASE];
	for (size_t i = 0; i < count; i++)
		if (rows[i].short_name && rows[i].short_name == c)
			return &rows[i];
	return NULL;
}

/* Is @word ("--mem=1") the beginning of an option's name? */
static bool is_ambiguous(const struct option_row *rows, size_t count, const char *word)
{
	const char *name = word + strspn(word, "-");

	for (size_t i = 0; i < count; i++)
		if (strncmp(rows[i].long_name, name, strcspn(name, "=")) == 0)
			return true;
	return false;
}

/* What getopt_long() refused: '?' with optopt 0 or a row's code is about a long option. */
static int refuse(int c, const struct option_row *rows, size_t count, char *const *argv,
		  struct err *err)
{
	if (c == ':')
		return err_set(err, -EINVAL, "option '%s' needs an argument", argv[optind - 1]);
	if (optopt == 0)
		return err_set(err, -EINVAL, "%s option '%s'",
			       is_ambiguous(rows, count, argv[optind - 1]) ? "ambiguous"
									   : "unrecognized",
			       argv[optind - 1]);
	if (optopt >= LONG_BASE)
		return err_set(err, -EINVAL, "option '%s' takes no argument", argv[optind - 1]);
	return err_set(err, -EINVAL, "unrecognized option '-%c'", optopt);
}

int options_parse(const struct option_row *rows, size_t count, int argc, char **argv,
		  options_handler *handler, void *ctx, int *ret_first, struct err *err)
{
	_cleanup_(tables_done) struct tables t = { NULL };
	int c, r;

	if (tables_init(&t, rows, count) < 0)
		return err_oom(err);
	opterr = 0;
	optind = 0; /* GNU: also resets what an earlier call left behind */
	while ((c = getopt_long(argc, argv, t.shorts, t.longs, NULL)) != -1) {
		const struct option_row *row;

		if (c == '?' || c == ':')
			return refuse(c, rows, count, argv, err);
		row = find_row(rows, count, c);
		r = handler(ctx, row->id, optarg, err);
		if (r < 0)
			return r;
	}
	*ret_first = optind;
	return 0;
}

/* Print @text from HELP_COLUMN on, broken between words so that it ends by HELP_WIDTH. */
static void print_wrapped(FILE *out, const char *text)
{
	size_t column = HELP_COLUMN;

	while (*text) {
		size_t word = strcspn(text, " ");

		if (column > HELP_COLUMN && column + 1 + word > HELP_WIDTH) {
			fprintf(out, "\n%*s", HELP_COLUMN, "");
			column = HELP_COLUMN;
		} else if (column > HELP_COLUMN) {
			fputc(' ', out);
			column++;
		}
		fwrite(text, 1, word, out);
		column += word;
		text += word + strspn(text + word, " ");
	}
	fputc('\n', out);
}

/* "--name", "--name=ARG" or "--name[=ARG]" */
static void put_name(char *left, size_t size, const struct option_row *row)
{
	if (row->arg)
		snprintf(left, size, row->optional ? "--%s[=%s]" : "--%s=%s", row->long_name,
			 row->arg);
	else
		snprintf(left, size, "--%s", row->long_name);
}

void options_help(FILE *out, const struct option_row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		char left[HELP_WIDTH] = "     ";

		if (!rows[i].help)
			continue;
		if (rows[i].heading)
			fprintf(out, "\n%s\n", rows[i].heading);
		if (rows[i].short_name)
			snprintf(left, sizeof(left), " -%c, ", rows[i].short_name);
		put_name(left + 5, sizeof(left) - 5, &rows[i]);
		fprintf(out, "%-*s", HELP_COLUMN, left);
		if (strlen(left) >= HELP_COLUMN)
			fprintf(out, "\n%*s", HELP_COLUMN, "");
		print_wrapped(out, rows[i].help);
	}
}
