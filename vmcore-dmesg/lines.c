/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdio.h>

#include "vmcore-dmesg/lines.h"
#include "vmcore-dmesg/prefix.h"

enum { ESCAPE = 0x1b };

static void advance(struct bytes *b, size_t n)
{
	*b = (struct bytes){ b->data + n, b->size - n };
}

/* Bytes of a terminal's control sequence at the start of @b: "ESC [ ... letter". */
static size_t control_sequence(struct bytes b)
{
	size_t n = 2;

	if (b.size < 2 || b.data[0] != ESCAPE || b.data[1] != '[')
		return 0;
	while (n < b.size && b.data[n] >= 0x20 && b.data[n] < 0x40)
		n++;
	return n < b.size ? n + 1 : n;
}

/* Copy @text, cut and made printable, to @line. */
static void set_text(struct log_line *line, struct bytes text)
{
	enum { ESCAPED = 4 };
	size_t n = 0;

	while (text.size > 0 && n + ESCAPED < sizeof(line->text)) {
		uint8_t c = text.data[0];
		size_t control = control_sequence(text);

		if (control > 0) {
			advance(&text, control);
			continue;
		}
		advance(&text, 1);
		if (c == '\t')
			line->text[n++] = ' ';
		else if (c >= 0x20 && c <= 0x7e)
			line->text[n++] = (char)c;
		else if (c != '\r')
			n += (size_t)snprintf(line->text + n, ESCAPED + 1, "\\x%02x", c);
	}
	while (n > 0 && line->text[n - 1] == ' ')
		n--;
	line->text[n] = '\0';
	line->size = n;
}

/* Take the text up to the next newline off @text. */
static struct bytes next_line(struct bytes *text)
{
	const uint8_t *newline = memchr(text->data, '\n', text->size);
	struct bytes line = { text->data, newline ? (size_t)(newline - text->data) : text->size };

	advance(text, line.size + (newline ? 1 : 0));
	return line;
}

/* One line of a file, which may hold several messages. */
static int take_line(struct bytes b, const struct line_sink *sink, struct err *err)
{
	bool first = true;
	int r = 0;

	while (r == 0 && (first || b.size > 0)) {
		struct log_line line = { .size = 0 };
		size_t size;

		prefix_take(&b, &line);
		size = prefix_find(b);
		set_text(&line, (struct bytes){ b.data, size });
		if (line.size > 0 || size == b.size)
			r = sink->take(sink->ctx, &line, err);
		advance(&b, size);
		first = false;
	}
	return r;
}

int lines_of_text(struct bytes text, const struct line_sink *sink, struct err *err)
{
	int r = 0;

	while (r == 0 && text.size > 0) {
		struct bytes b = next_line(&text);

		while (b.size > 0 && control_sequence(b) > 0)
			advance(&b, control_sequence(b));
		r = take_line(b, sink, err);
	}
	return r;
}

static int take_record(void *ctx, const struct record *record, struct err *err)
{
	const struct line_sink *sink = ctx;
	struct bytes text = record->text;
	int r = 0;

	if (record->kind == RECORD_GAP)
		return 0;
	while (r == 0 && text.size > 0) {
		struct log_line line = { .size = 0 };

		line.has_time = record->has_info;
		line.nsec = record->ts_nsec;
		line.caller = record->caller_id;
		set_text(&line, next_line(&text));
		r = sink->take(sink->ctx, &line, err);
	}
	return r;
}

struct record_sink lines_of_records(struct line_sink *sink)
{
	return (struct record_sink){ take_record, sink };
}
