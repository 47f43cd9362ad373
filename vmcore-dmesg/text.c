/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdio.h>

#include "vmcore-dmesg/text.h"

enum {
	PREFIX_MAX = 32, /* bytes: 11 digits at most, a dot, 6 digits, brackets, a blank */
	SECONDS_WIDTH = 5,
	MICROSECONDS_WIDTH = 6,
	NSEC_PER_USEC = 1000,
	NSEC_PER_SEC = 1000000000,
};

/* What stands in the place of the time of a record whose time was lost. */
static const char no_time[] = "[    ?.??????] ";

/* ASCII's printable characters and blanks (isprint(), isspace() of the C locale). */
static bool is_plain(uint8_t c)
{
	return (c >= 0x20 && c <= 0x7e) || (c >= '\t' && c <= '\r');
}

static int put_escaped(struct writer *w, struct bytes text, struct err *err)
{
	size_t i = 0;

	while (i < text.size) {
		size_t run = i;
		char escape[sizeof("\\xNN")];
		int r;

		while (run < text.size && is_plain(text.data[run]))
			run++;
		if (run > i) {
			r = writer_put(w, text.data + i, run - i, err);
			if (r < 0)
				return r;
			i = run;
			continue;
		}
		snprintf(escape, sizeof(escape), "\\x%02x", (unsigned int)text.data[i++]);
		r = writer_put(w, escape, sizeof(escape) - 1, err);
		if (r < 0)
			return r;
	}
	return 0;
}

/* Put @v before @end, filled up with @fill to @width. Return: where it begins. */
static char *put_number(char *end, uint64_t v, int width, char fill)
{
	char *p = end;

	do {
		*--p = (char)('0' + v % 10);
		v /= 10;
	} while (v > 0);
	while (end - p < width)
		*--p = fill;
	return p;
}

/* A record's prefix, by hand: printf() would take most of the program's time. */
static int put_time(struct writer *w, uint64_t nsec, struct err *err)
{
	char prefix[PREFIX_MAX];
	char *const end = prefix + sizeof(prefix);
	char *p = end;

	*--p = ' ';
	*--p = ']';
	p = put_number(p, nsec % NSEC_PER_SEC / NSEC_PER_USEC, MICROSECONDS_WIDTH, '0');
	*--p = '.';
	p = put_number(p, nsec / NSEC_PER_SEC, SECONDS_WIDTH, ' ');
	*--p = '[';
	return writer_put(w, p, (size_t)(end - p), err);
}

/* A mark where records are missing; the text is our own. */
static int put_gap(struct writer *w, struct bytes text, struct err *err)
{
	static const char before[] = "<<< vmcore-dmesg: ", behind[] = " >>>\n";
	int r = writer_put(w, before, sizeof(before) - 1, err);

	if (r == 0)
		r = writer_put(w, text.data, text.size, err);
	return r < 0 ? r : writer_put(w, behind, sizeof(behind) - 1, err);
}

static int text_take(void *ctx, const struct record *record, struct err *err)
{
	struct writer *w = ctx;
	int r;

	if (record->kind == RECORD_GAP)
		return put_gap(w, record->text, err);
	if (record->line.size > 0)
		return writer_put(w, record->line.data, record->line.size, err);
	if (record->has_info)
		r = put_time(w, record->ts_nsec, err);
	else
		r = writer_put(w, no_time, sizeof(no_time) - 1, err);
	if (r < 0)
		return r;
	r = put_escaped(w, record->text, err);
	if (r < 0)
		return r;
	return writer_put(w, "\n", 1, err);
}

struct record_sink text_sink(struct writer *writer)
{
	return (struct record_sink){ text_take, writer };
}
