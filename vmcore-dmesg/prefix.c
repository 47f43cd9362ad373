/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "vmcore-dmesg/prefix.h"
#include "vmcore-dmesg/wall.h"

enum {
	SECONDS_DIGITS_MAX = 10, /* of a time; far below overflow in nanoseconds */
	FRACTION_DIGITS_MAX = 9,
	NSEC_PER_SEC = 1000000000,
	SYSLOG_MAX = 128, /* bytes that a syslog daemon puts in front of "kernel: ", ... */
	SYSLOG_WORDS = 6, /* ... and words, where it begins with a date */
	DELTA_MAX = 24,   /* bytes of the time since the line before */
	PROMPT_MAX = 80,  /* bytes of a host's name and "login: " */
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

/* "> ", which mail programs put in front of what they quote. */
static void take_quote(struct bytes *text)
{
	while (take_char(text, '>'))
		take_char(text, ' ');
}

/* "<6>", which the console's and syslog's raw formats have. */
static void take_level(struct bytes *text)
{
	struct bytes b = *text;
	uint64_t level;

	if (take_char(&b, '<') && take_digits(&b, 4, &level) > 0 && take_char(&b, '>'))
		*text = b;
}

/* "host kernel: " or "host kernel:[", with at most @words words in front of "kernel". */
static bool take_host(struct bytes *text, unsigned int words)
{
	static const char word[] = "kernel:";
	struct bytes head = { text->data, text->size < SYSLOG_MAX ? text->size : SYSLOG_MAX };
	const uint8_t *found = memmem(head.data, head.size, word, sizeof(word) - 1);
	struct bytes rest = *text;

	if (!found || (found > head.data && found[-1] != ' '))
		return false;
	for (const uint8_t *p = head.data; p < found; p++)
		if (*p == ' ' && words-- == 0)
			return false;
	advance(&rest, (size_t)(found - text->data) + sizeof(word) - 1);
	if (!take_char(&rest, ' ') && (rest.size == 0 || rest.data[0] != '['))
		return false;
	*text = rest;
	return true;
}

/*
 * "Nov 23 14:40:31 host kernel: ", "Mon 2026-11-23 14:40:31 UTC host kernel: ",
 * "2026-11-23T14:40:31+00:00 host kernel: ", and the last without what is behind the time.
 */
static void take_syslog(struct bytes *text, struct log_line *line)
{
	struct bytes b = *text;
	struct wall wall;

	if (wall_take_iso(&b, &wall)) {
		line->wall = wall;
		skip_blanks(&b);
		take_host(&b, 1);
		*text = b;
	} else if (b.size >= 16 && is_letter(b.data[0]) && b.data[3] == ' ' &&
		   (b.data[9] == ':' || b.data[8] == '-' || b.data[13] == ':')) {
		take_host(text, SYSLOG_WORDS);
	} else if (b.size > 8 && (b.data[0] == ' ' || b.data[0] == 'k')) {
		/* What syslogd shows on all terminals: " kernel:[   12.345678] " */
		skip_blanks(&b);
		if (bytes_has(b, 0, "kernel:[", 8)) {
			take_host(&b, 0);
			*text = b;
		}
	}
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

/* " <    0.000012>" */
static size_t delta_length(struct bytes b)
{
	const uint8_t *end = memchr(b.data, '>', b.size < DELTA_MAX ? b.size : DELTA_MAX);

	return end ? (size_t)(end - b.data) + 1 : 0;
}

/* "[    1.234567]", and "[    1.234567 <    0.000012>]" of dmesg -d. */
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
	if (b.size > 3 && b.data[0] == ' ' && b.data[1] == '<')
		advance(&b, delta_length(b));
	if (digits < 3 || !take_char(&b, ']'))
		return false;
	while (digits++ < FRACTION_DIGITS_MAX)
		fraction *= 10;
	*ret_nsec = seconds * NSEC_PER_SEC + fraction;
	*text = b;
	return true;
}

/* "[Nov23 14:40] " and "[  +0.000012] " of dmesg -H. */
static bool take_human(struct bytes *text)
{
	struct bytes b = *text;
	uint64_t number;

	if (!take_char(&b, '['))
		return false;
	if (b.size > 13 && is_letter(b.data[0]) && is_digit(b.data[4]) && b.data[5] == ' ' &&
	    b.data[8] == ':' && b.data[11] == ']') {
		advance(text, 13);
		return true;
	}
	skip_blanks(&b);
	if (!take_char(&b, '+') || take_digits(&b, SECONDS_DIGITS_MAX, &number) == 0 ||
	    !take_char(&b, '.') || take_digits(&b, FRACTION_DIGITS_MAX, &number) == 0 ||
	    !take_char(&b, ']'))
		return false;
	*text = b;
	return true;
}

/* "[    ?.??????]", where the time is lost, and "[Mon Nov 23 14:40:31 2026]" of dmesg -T. */
static bool take_other_time(struct bytes *text, struct log_line *line)
{
	static const char lost[] = "[    ?.??????]";

	if (bytes_has(*text, 0, lost, sizeof(lost) - 1)) {
		advance(text, sizeof(lost) - 1);
		return true;
	}
	return wall_take_ctime(text, &line->wall) || take_human(text);
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

/* "host login: ", behind which a console's next message stands. */
static void take_prompt(struct bytes *text)
{
	static const char word[] = " login: ";
	struct bytes head = { text->data, text->size < PROMPT_MAX ? text->size : PROMPT_MAX };
	const uint8_t *found = memmem(head.data, head.size, word, sizeof(word) - 1);

	if (found && !memchr(head.data, ' ', (size_t)(found - head.data)))
		advance(text, (size_t)(found - head.data) + sizeof(word) - 1);
}

void prefix_take(struct bytes *text, struct log_line *line)
{
	take_quote(text);
	take_prompt(text);
	take_syslog(text, line);
	take_level(text);
	take_decoded(text);
	line->has_time = take_seconds(text, &line->nsec);
	if (!line->has_time && !take_other_time(text, line))
		return;
	take_caller(text, &line->caller);
	take_char(text, ' ');
	take_host(text, 1); /* journalctl -o short-monotonic */
}

/* "[    1.234567] " as the kernel writes it, with six digits behind the point. */
static bool is_stamp(struct bytes b)
{
	struct bytes rest = b;
	uint64_t nsec;
	size_t size;

	if (!take_seconds(&rest, &nsec))
		return false;
	size = b.size - rest.size;
	return size >= 9 && b.data[size - 8] == '.' && rest.size > 0 &&
	       (rest.data[0] == ' ' || rest.data[0] == '[');
}

size_t prefix_find(struct bytes text)
{
	struct bytes rest = text;
	const uint8_t *found;

	while ((found = memchr(rest.data, '[', rest.size))) {
		advance(&rest, (size_t)(found - rest.data));
		if (is_stamp(rest))
			return text.size - rest.size;
		advance(&rest, 1);
	}
	return text.size;
}
