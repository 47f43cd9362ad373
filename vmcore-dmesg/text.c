/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "vmcore-dmesg/text.h"

enum {
	PREFIX_MAX = 48, /* bytes: 20 digits at most, a dot, 6 digits, brackets, a blank, NUL */
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

static int text_take(void *ctx, const struct record *record, struct err *err)
{
	struct writer *w = ctx;
	char prefix[PREFIX_MAX];
	const char *time = no_time;
	int r;

	if (record->has_info) {
		snprintf(prefix, sizeof(prefix), "[%5" PRIu64 ".%06" PRIu64 "] ",
			 record->ts_nsec / NSEC_PER_SEC,
			 record->ts_nsec % NSEC_PER_SEC / NSEC_PER_USEC);
		time = prefix;
	}
	r = writer_put(w, time, strlen(time), err);
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
