/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "vmcore-dmesg/escape.h"
#include "vmcore-dmesg/format.h"
#include "vmcore-dmesg/priority.h"
#include "vmcore-dmesg/text.h"

enum {
	PRIORITY_MAX = 32, /* bytes of "facility:level: " */
	NUMBER_MAX = 12,
};

/* Colours of dmesg(1), and one that it has not: what is worst is as visible as an alert. */
#define COLOR_OFF    "\033[0m"
#define COLOR_TIME   "\033[32m"
#define COLOR_BREAK  "\033[32m\033[1m"
#define COLOR_SUBSYS "\033[33m"

static const char *const level_colors[LEVEL_COUNT] = {
	"\033[7m\033[31m", "\033[7m\033[31m", "\033[1m\033[31m", "\033[31m", "\033[1m",
};

static const char segfault_color[] = "\033[2m\033[31m";

/* What stands in front of a record's text. */
struct prefix {
	char priority[PRIORITY_MAX];
	char stamps[STAMP_KINDS * STAMP_MAX];
	char caller[CALLER_MAX + sizeof("[] ")];
	size_t width; /* of all that, in columns */
};

static int put_string(struct writer *w, const char *s, struct err *err)
{
	return writer_put(w, s, strlen(s), err);
}

size_t format_caller(const struct record *record, char *ret)
{
	const uint32_t id = record->caller_id;

	if (!record->has_caller)
		return 0;
	return (size_t)snprintf(ret, CALLER_MAX, "%c%" PRIu32, id & RECORD_CALLER_CPU ? 'C' : 'T',
				id & ~RECORD_CALLER_CPU);
}

/* ---- The prefix ---- */

static void set_priority(const struct format *f, const struct record *record, char *ret)
{
	const char *facility = facility_name(record->facility), *level = level_name(record->level);
	char number[NUMBER_MAX];

	ret[0] = '\0';
	if (!record_has_priority(record))
		return;
	if (f->raw) {
		snprintf(ret, PRIORITY_MAX, "<%u>",
			 (unsigned int)record->facility << PRIORITY_LEVEL_BITS | record->level);
	} else if (f->decode) {
		snprintf(number, sizeof(number), "%u", record->facility);
		snprintf(ret, PRIORITY_MAX, "%-6s:%-6s: ", facility ? facility : number,
			 level ? level : "");
	}
}

/* @first: for its first line. In RELTIME's deltas, the other lines come no later than that. */
static void set_stamps(struct format *f, const struct record *record, bool first, char *ret)
{
	size_t n = 0;

	ret[0] = '\0';
	f->stamp_state.is_break = false;
	for (size_t i = 0; record->has_info && i < f->stamps.count; i++) {
		const enum stamp_kind kind = f->stamps.kinds[i];

		f->stamp_state.before_nsec =
			first || kind != STAMP_RELTIME ? f->filter->before_nsec : record->ts_nsec;
		n += stamp_write(kind, &f->stamp_state, record->ts_nsec, ret + n);
	}
	/* Kept lines without a time never had one; other records lost it. */
	if (!record->has_info && f->stamps.count > 0 && record->line.size == 0)
		strcpy(ret, text_no_time);
}

/* The caller stands at the time, as the kernel itself prints it: "[    1.234567][    T1] ". */
static void set_caller(struct format *f, const struct record *record, struct prefix *ret)
{
	const size_t stamps = strlen(ret->stamps);
	char name[CALLER_MAX];

	ret->caller[0] = '\0';
	if (!f->caller || format_caller(record, name) == 0)
		return;
	f->seen_caller = true;
	snprintf(ret->caller, sizeof(ret->caller), "[%6s] ", name);
	if (stamps > 1 && ret->stamps[stamps - 2] == ']')
		ret->stamps[stamps - 1] = '\0';
}

static void set_prefix(struct format *f, const struct record *record, bool first,
		       struct prefix *ret)
{
	set_priority(f, record, ret->priority);
	set_stamps(f, record, first, ret->stamps);
	set_caller(f, record, ret);
	ret->width = strlen(ret->priority) + strlen(ret->stamps) + strlen(ret->caller);
}

static int put_colored(const struct format *f, const char *color, const char *text, struct err *err)
{
	const bool colored = f->color && text[0];
	int r = colored ? put_string(f->writer, color, err) : 0;

	if (r == 0)
		r = put_string(f->writer, text, err);
	return r < 0 || !colored ? r : put_string(f->writer, COLOR_OFF, err);
}

static int put_prefix(const struct format *f, const struct prefix *prefix, struct err *err)
{
	const char *color = f->stamp_state.is_break ? COLOR_BREAK : COLOR_TIME;
	int r = put_string(f->writer, prefix->priority, err);

	if (r == 0)
		r = put_colored(f, color, prefix->stamps, err);
	return r < 0 ? r : put_string(f->writer, prefix->caller, err);
}

/* So many blanks as the prefix has columns. */
static int put_indent(const struct format *f, const struct prefix *prefix, struct err *err)
{
	static const char blanks[] = "                                ";
	int r = 0;

	for (size_t n = prefix->width; r == 0 && n > 0;) {
		size_t part = n < sizeof(blanks) - 1 ? n : sizeof(blanks) - 1;

		r = writer_put(f->writer, blanks, part, err);
		n -= part;
	}
	return r;
}

/* ---- The text ---- */

/* Bytes of "subsystem: " in front of a line, up to the first colon with a blank behind it. */
static size_t subsystem_of(struct bytes line)
{
	for (size_t i = 0; i + 2 < line.size; i++)
		if (line.data[i] == ':' && (line.data[i + 1] == ' ' || line.data[i + 1] == '\t'))
			return i + 2;
	return 0;
}

static const char *color_of(const struct record *record, struct bytes line)
{
	static const char segfault[] = "segfault at";
	const char *color = record_has_priority(record) && record->level < LEVEL_COUNT
				    ? level_colors[record->level]
				    : NULL;

	if (!color && line.size > 0 && memmem(line.data, line.size, segfault, sizeof(segfault) - 1))
		color = segfault_color;
	return color;
}

static int put_text(const struct format *f, const char *color, struct bytes text, struct err *err)
{
	const unsigned int flags = ESCAPE_RETURNS | (f->keep_utf8 ? ESCAPE_KEEP_UTF8 : 0);
	int r;

	if (text.size == 0)
		return 0;
	r = color ? put_string(f->writer, color, err) : 0;
	if (r == 0)
		r = escape_put(f->writer, text, flags, err);
	return r < 0 || !color ? r : put_string(f->writer, COLOR_OFF, err);
}

static int put_line(const struct format *f, const struct record *record, struct bytes line,
		    bool first, struct err *err)
{
	const size_t subsystem = f->color && first ? subsystem_of(line) : 0;
	const struct bytes head = { line.data, subsystem };
	int r = subsystem > 0 ? put_text(f, COLOR_SUBSYS, head, err) : 0;

	if (subsystem > 0)
		line = (struct bytes){ line.data + subsystem, line.size - subsystem };
	if (r == 0)
		r = put_text(f, f->color ? color_of(record, line) : NULL, line, err);
	return r < 0 ? r : put_string(f->writer, "\n", err);
}

static int format_take(void *ctx, const struct record *record, struct err *err)
{
	struct format *f = ctx;
	struct bytes rest = record->text;
	struct prefix prefix;
	bool first = true;
	int r;

	if (record->kind == RECORD_GAP)
		return text_put_gap(f->writer, record->text, err);
	f->seen_record = true;
	f->seen_time = f->seen_time || record->has_info;
	for (;;) {
		const uint8_t *newline = rest.size > 0 ? memchr(rest.data, '\n', rest.size) : NULL;
		struct bytes line = { rest.data,
				      newline ? (size_t)(newline - rest.data) : rest.size };

		if (first || f->each_line)
			set_prefix(f, record, first, &prefix);
		r = first || f->each_line ? put_prefix(f, &prefix, err)
					  : put_indent(f, &prefix, err);
		if (r == 0)
			r = put_line(f, record, line, first, err);
		if (r < 0 || !newline)
			return r;
		first = false;
		rest = (struct bytes){ newline + 1, rest.size - line.size - 1 };
	}
}

struct record_sink format_sink(struct format *format)
{
	return (struct record_sink){ format_take, format };
}
