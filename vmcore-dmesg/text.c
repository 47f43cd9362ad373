/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "vmcore-dmesg/escape.h"
#include "vmcore-dmesg/stamp.h"
#include "vmcore-dmesg/text.h"

const char text_no_time[] = "[    ?.??????] ";

int text_put_gap(struct writer *w, struct bytes why, struct err *err)
{
	static const char before[] = "<<< vmcore-dmesg: ", behind[] = " >>>\n";
	int r = writer_put(w, before, sizeof(before) - 1, err);

	if (r == 0)
		r = writer_put(w, why.data, why.size, err);
	return r < 0 ? r : writer_put(w, behind, sizeof(behind) - 1, err);
}

static int put_line(const struct text *text, struct bytes line, unsigned int flags, struct err *err)
{
	if (text->terminal)
		return escape_put(text->writer, line, flags, err);
	return writer_put(text->writer, line.data, line.size, err);
}

static int put_time(struct writer *w, const struct record *record, struct err *err)
{
	char stamp[STAMP_MAX], *const end = stamp + sizeof(stamp);
	const char *p;

	if (!record->has_info)
		return writer_put(w, text_no_time, strlen(text_no_time), err);
	p = stamp_seconds(end, record->ts_nsec);
	return writer_put(w, p, (size_t)(end - p), err);
}

static int text_take(void *ctx, const struct record *record, struct err *err)
{
	const struct text *text = ctx;
	const unsigned int flags =
		(text->terminal ? ESCAPE_RETURNS : 0) | (text->keep_utf8 ? ESCAPE_KEEP_UTF8 : 0);
	int r;

	if (record->kind == RECORD_GAP)
		return text_put_gap(text->writer, record->text, err);
	if (record->line.size > 0)
		return put_line(text, record->line, flags, err);
	r = put_time(text->writer, record, err);
	if (r == 0)
		r = escape_put(text->writer, record->text, flags, err);
	return r < 0 ? r : writer_put(text->writer, "\n", 1, err);
}

struct record_sink text_sink(struct text *text)
{
	return (struct record_sink){ text_take, text };
}
