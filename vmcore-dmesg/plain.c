/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "vmcore-dmesg/damage.h"
#include "vmcore-dmesg/memory.h"
#include "vmcore-dmesg/plain.h"
#include "vmcore-dmesg/window.h"

enum {
	PLAIN_WINDOW = 1 << 20,    /* bytes of the ring held at a time */
	PIECE = 64 << 10,          /* and looked at at a time */
	PLAIN_SIZE_MAX_BITS = 31,  /* of the ring; log_buf_len is an int */
	LINE_MAX_BYTES = 64 << 10, /* a longer line is delivered in pieces */
	COUNT_WIDTH = 4,           /* unsigned int */
	LEVEL_BITS = 3,            /* of the number in front of a line: facility, level */
	LEVEL_NUMBER_MAX = 0x7ff,  /* facilities are below 256 */
	SECONDS_DIGITS_MAX = 10,   /* of a time; far below overflow in nanoseconds */
	MICROSECONDS_DIGITS = 6,
	NSEC_PER_USEC = 1000,
	NSEC_PER_SEC = 1000000000,
};

/* A log being read. */
struct plain {
	const struct core *core;
	const struct vmcoreinfo *vi;
	const struct record_sink *sink;
	uint64_t size; /* of the ring */
	struct window w;
	uint8_t *line;           /* owned: LINE_MAX_BYTES and a newline */
	size_t used;             /* of the line that is being gathered */
	uint8_t facility, level; /* of the line before, which a line without them goes on with */
	struct damage damage;
};

static void plain_done(struct plain *p)
{
	window_done(&p->w);
	free(p->line);
}

/* ---- Lines ---- */

/* Take a number of at most @max digits from @b's start. Return: how many it has. */
static size_t take_digits(struct bytes *b, size_t max, uint64_t *ret)
{
	size_t n = 0;

	for (*ret = 0; n < max && n < b->size && b->data[n] >= '0' && b->data[n] <= '9'; n++)
		*ret = *ret * 10 + (b->data[n] - '0');
	*b = (struct bytes){ b->data + n, b->size - n };
	return n;
}

static bool take_char(struct bytes *b, char c)
{
	if (b->size == 0 || b->data[0] != (uint8_t)c)
		return false;
	*b = (struct bytes){ b->data + 1, b->size - 1 };
	return true;
}

/* "<6>" in front of a line: eight times the facility plus the level. */
static void take_level(struct plain *p, struct bytes *text)
{
	struct bytes b = *text;
	uint64_t number;

	if (!take_char(&b, '<') || take_digits(&b, 4, &number) == 0 || !take_char(&b, '>') ||
	    number > LEVEL_NUMBER_MAX)
		return;
	p->facility = (uint8_t)(number >> LEVEL_BITS);
	p->level = number & ((1U << LEVEL_BITS) - 1);
	*text = b;
}

/* "[    1.234567] " in front of a text. Return: true and *@ret_nsec if it is there. */
static bool take_time(struct bytes *text, uint64_t *ret_nsec)
{
	uint64_t seconds, microseconds;
	struct bytes b = *text;

	if (!take_char(&b, '['))
		return false;
	while (take_char(&b, ' '))
		;
	if (take_digits(&b, SECONDS_DIGITS_MAX, &seconds) == 0 || !take_char(&b, '.') ||
	    take_digits(&b, MICROSECONDS_DIGITS, &microseconds) != MICROSECONDS_DIGITS ||
	    !take_char(&b, ']') || !take_char(&b, ' '))
		return false;
	*ret_nsec = seconds * NSEC_PER_SEC + microseconds * NSEC_PER_USEC;
	*text = b;
	return true;
}

/* Deliver the line that was gathered, if any. */
static int end_line(struct plain *p, struct err *err)
{
	struct record record = { .line = { p->line, p->used } };

	if (p->used == 0)
		return 0;
	record.text = record.line;
	if (record.text.data[record.text.size - 1] == '\n')
		record.text.size--;
	take_level(p, &record.text);
	record.has_info = take_time(&record.text, &record.ts_nsec);
	record.facility = p->facility;
	record.level = p->level;
	p->used = 0;
	return p->sink->take(p->sink->ctx, &record, err);
}

/* Gather characters, delivering each line that ends. */
static int put_text(struct plain *p, struct bytes text, struct err *err)
{
	int r = 0;

	while (r == 0 && text.size > 0) {
		const uint8_t *newline = memchr(text.data, '\n', text.size);
		size_t n = newline ? (size_t)(newline - text.data) + 1 : text.size;

		if (n > LINE_MAX_BYTES - p->used) {
			n = LINE_MAX_BYTES - p->used;
			newline = NULL;
		}
		memcpy(p->line + p->used, text.data, n);
		p->used += n;
		text = (struct bytes){ text.data + n, text.size - n };
		if (newline || p->used == LINE_MAX_BYTES)
			r = end_line(p, err);
	}
	return r;
}

/* End the line, whatever it is, and mark that characters are missing behind it. */
static int put_gap(struct plain *p, uint64_t off, uint64_t end, const struct err *why,
		   struct err *err)
{
	int r;

	if (p->used > 0)
		p->line[p->used++] = '\n';
	r = end_line(p, err);
	damage_add_err(&p->damage, why, "0x%" PRIx64 " characters at offset 0x%" PRIx64, end - off,
		       off);
	return r < 0 ? r : damage_mark(&p->damage, p->sink, err);
}

/* ---- The ring ---- */

/* Deliver what is in [@off, @end) of the ring. */
static int put_range(struct plain *p, uint64_t off, uint64_t end, struct err *err)
{
	int r = 0;

	while (r == 0 && off < end) {
		uint64_t len = end - off < PIECE ? end - off : PIECE;
		struct err why = ERR_INIT;
		struct bytes text;
		int view = window_view(&p->w, off, (size_t)len, &text, &why);

		if (view < 0 && view != -ENODATA)
			return err_prefix(err, view, "%s", why.text);
		r = put_text(p, text, err);
		off += text.size;
		if (r == 0 && view < 0) {
			uint64_t hole_end = window_hole_end(&p->w, off);

			hole_end = hole_end < end ? hole_end : end;
			r = put_gap(p, off, hole_end, &why, err);
			off = hole_end;
		}
	}
	return r;
}

/* Deliver the ring as it lies there, without what was never written: nobody knows its order. */
static int put_unordered(struct plain *p, const struct err *why, struct err *err)
{
	uint64_t end = p->size;
	struct bytes b;
	int r;

	damage_add_err(&p->damage, why, "log_end, which says where the newest line is");
	r = damage_mark(&p->damage, p->sink, err);
	if (r < 0)
		return r;
	while (end > 0 && window_view(&p->w, end - 1, 1, &b, NULL) == 0 && b.data[0] == '\0')
		end--;
	return put_range(p, 0, end, err);
}

/*
 * log_end is an unsigned int that overflows; a ring that logged_chars says to be full, is.
 * (logged_chars counts from the last time that somebody cleared the log.)
 */
static int put_ring(struct plain *p, struct err *err)
{
	uint64_t logged = 0, end, count, start;
	struct err why = ERR_INIT;
	int r = p->vi->log_end == VMCOREINFO_ABSENT
			? err_set(&why, -ENODATA, "its VMCOREINFO note has no SYMBOL(log_end)")
			: core_read_uint(p->core, p->vi->log_end, COUNT_WIDTH, &end, &why);

	if (r < 0)
		return put_unordered(p, &why, err);
	if (p->vi->logged_chars == VMCOREINFO_ABSENT ||
	    core_read_uint(p->core, p->vi->logged_chars, COUNT_WIDTH, &logged, NULL) < 0)
		logged = 0;
	count = end < logged ? logged : end;
	count = count < p->size ? count : p->size;
	start = (end - count) & (p->size - 1);
	if (count <= p->size - start)
		return put_range(p, start, start + count, err);
	r = put_range(p, start, p->size, err);
	return r < 0 ? r : put_range(p, 0, count - (p->size - start), err);
}

static int plain_init(struct plain *p, struct err *err)
{
	uint64_t buf;
	struct vmcoreinfo layout;
	int r = vmcoreinfo_need(p->vi, VMCOREINFO_PLAIN, p->core->word, &layout, &p->damage, err);

	if (r < 0)
		return r;
	r = core_read_uint(p->core, p->vi->log_buf, p->core->word, &buf, err);
	if (r < 0)
		return err_prefix(err, -EBADMSG, "its pointer log_buf");
	r = core_read_uint(p->core, p->vi->log_buf_len, COUNT_WIDTH, &p->size, err);
	if (r < 0)
		return err_prefix(err, -EBADMSG, "its log_buf_len");
	if (p->size == 0 || (p->size & (p->size - 1)) ||
	    p->size > UINT64_C(1) << PLAIN_SIZE_MAX_BITS)
		return err_set(err, -EBADMSG, "damaged: log_buf_len is 0x%" PRIx64, p->size);
	p->line = malloc(LINE_MAX_BYTES + 1);
	if (!p->line)
		return err_oom(err);
	return window_init(&p->w, p->core, buf, p->size, PLAIN_WINDOW, err);
}

bool plain_applies(const struct vmcoreinfo *info)
{
	return info->log_buf != VMCOREINFO_ABSENT;
}

int plain_read(const struct core *core, const struct vmcoreinfo *info,
	       const struct record_sink *sink, struct err *err)
{
	_cleanup_(plain_done) struct plain p = { .core = core, .vi = info, .sink = sink };
	int r = plain_init(&p, err);

	if (r == 0)
		r = put_ring(&p, err);
	if (r == 0)
		r = end_line(&p, err);
	return r < 0 ? r : damage_result(&p.damage, err);
}
