/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdio.h>

#include "vmcore-dmesg/lines.h"

enum {
	SECONDS_DIGITS_MAX = 10, /* of a time; far below overflow in nanoseconds */
	FRACTION_DIGITS_MAX = 9,
	NSEC_PER_SEC = 1000000000,
	SYSLOG_MAX = 128, /* bytes that a syslog daemon puts in front of "kernel: " */
	ESCAPE = 0x1b,
};

static bool is_digit(uint8_t c)
{
	return c >= '0' && c <= '9';
}

static bool is_letter(uint8_t c)
{
	return (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
}

static void advance(struct bytes *b, size_t n)
{
	*b = (struct bytes){ b->data + n, b->size - n };
}

static bool take_char(struct bytes *b, char c)
{
	if (b->size == 0 || b->data[0] != (uint8_t)c)
		return false;
	advance(b, 1);
	return true;
}

static void skip_blanks(struct bytes *b)
{
	while (b->size > 0 && b->data[0] == ' ')
		advance(b, 1);
}

/* Take a number of at most @max digits. Return: how many it has. */
static size_t take_digits(struct bytes *b, size_t max, uint64_t *ret)
{
	size_t n = 0;

	for (*ret = 0; n < max && n < b->size && is_digit(b->data[n]); n++)
		*ret = *ret * 10 + (b->data[n] - '0');
	advance(b, n);
	return n;
}

/* "<6>", which the console's and syslog's raw formats have. */
static void take_level(struct bytes *text)
{
	struct bytes b = *text;
	uint64_t level;

	if (take_char(&b, '<') && take_digits(&b, 4, &level) > 0 && take_char(&b, '>'))
		*text = b;
}

/* "Nov 23 14:40:31 host kernel: " or "2026-11-23T14:40:31+00:00 host kernel: ". */
static void take_syslog(struct bytes *text)
{
	static const char word[] = "kernel: ";
	struct bytes head = { text->data, text->size < SYSLOG_MAX ? text->size : SYSLOG_MAX };
	const uint8_t *found;

	if (head.size < 16 || !((is_letter(head.data[0]) && head.data[3] == ' ') ||
				(is_digit(head.data[0]) && head.data[4] == '-')))
		return;
	found = memmem(head.data, head.size, word, sizeof(word) - 1);
	if (found && found > head.data && found[-1] == ' ')
		advance(text, (size_t)(found - text->data) + sizeof(word) - 1);
}

/* "kern  :emerg : ", which dmesg -x puts in front. */
static void take_decoded(struct bytes *text)
{
	struct bytes b = *text;

	if (!bytes_has(b, 0, "kern", 4))
		return;
	advance(&b, 4);
	skip_blanks(&b);
	if (!take_char(&b, ':'))
		return;
	while (b.size > 0 && is_letter(b.data[0]))
		advance(&b, 1);
	skip_blanks(&b);
	if (take_char(&b, ':') && take_char(&b, ' '))
		*text = b;
}

/* "[    1.234567]" */
static bool take_seconds(struct bytes *text, uint64_t *ret_nsec)
{
	struct bytes b = *text;
	uint64_t seconds, fraction;
	size_t digits;

	if (!take_char(&b, '['))
		return false;
	skip_blanks(&b);
	if (take_digits(&b, SECONDS_DIGITS_MAX, &seconds) == 0 || !take_char(&b, '.'))
		return false;
	digits = take_digits(&b, FRACTION_DIGITS_MAX, &fraction);
	if (digits < 3 || !take_char(&b, ']'))
		return false;
	while (digits++ < FRACTION_DIGITS_MAX)
		fraction *= 10;
	*ret_nsec = seconds * NSEC_PER_SEC + fraction;
	*text = b;
	return true;
}

/* "[    ?.??????]", where the time is lost, and "[Mon Nov 23 14:40:31 2026]" of dmesg -T. */
static bool take_other_time(struct bytes *text)
{
	static const char lost[] = "[    ?.??????]";
	enum { CTIME = 26 };

	if (bytes_has(*text, 0, lost, sizeof(lost) - 1)) {
		advance(text, sizeof(lost) - 1);
		return true;
	}
	if (text->size < CTIME || text->data[0] != '[' || text->data[CTIME - 1] != ']' ||
	    !is_letter(text->data[1]) || text->data[4] != ' ' || text->data[14] != ':' ||
	    text->data[17] != ':')
		return false;
	advance(text, CTIME);
	return true;
}

/* "[ T1234]" or "[    C0]" behind the time. */
static void take_caller(struct bytes *text, uint32_t *ret)
{
	struct bytes b = *text;
	uint64_t number;
	bool cpu;

	if (!take_char(&b, '['))
		return;
	skip_blanks(&b);
	cpu = take_char(&b, 'C');
	if ((!cpu && !take_char(&b, 'T')) || take_digits(&b, 9, &number) == 0 ||
	    !take_char(&b, ']'))
		return;
	*ret = (uint32_t)number | (cpu ? RECORD_CALLER_CPU : 0);
	*text = b;
}

static void take_prefix(struct bytes *text, struct log_line *line)
{
	take_syslog(text);
	take_level(text);
	take_decoded(text);
	line->has_time = take_seconds(text, &line->nsec);
	if (!line->has_time && !take_other_time(text))
		return;
	take_caller(text, &line->caller);
	take_char(text, ' ');
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

int lines_of_text(struct bytes text, const struct line_sink *sink, struct err *err)
{
	int r = 0;

	while (r == 0 && text.size > 0) {
		struct bytes b = next_line(&text);
		struct log_line line;

		line.has_time = false;
		line.nsec = 0;
		line.caller = 0;
		while (b.size > 0 && control_sequence(b) > 0)
			advance(&b, control_sequence(b));
		take_prefix(&b, &line);
		set_text(&line, b);
		r = sink->take(sink->ctx, &line, err);
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
		struct log_line line;

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
