/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/cmdline.h"

#include "kdump/crashkernel.h"

/* In the order of their powers of 1024. */
static const char units[] = "KMGTPE";

static const char *const suffixes[CRASHKERNEL_SUFFIXES] = {
	[CRASHKERNEL_PLAIN] = "",
	[CRASHKERNEL_HIGH] = ",high",
	[CRASHKERNEL_LOW] = ",low",
	[CRASHKERNEL_CMA] = ",cma",
};

static int refuse_unit(const char *number, const char *unit, struct err *err)
{
	err_set(err, -EINVAL, "'%s': '%c' is no unit", number, *unit);
	return err_hint(err, -EINVAL, "Units are K, M, G and T, a single letter: 256M.");
}

/* A number and its unit at the beginning of @text (memparse() of the kernel). */
static int take_size(const char **text, uint64_t *ret, struct err *err)
{
	const char *start = *text, *unit;
	unsigned int shift = 0;
	char *end;
	uint64_t n;

	if (!isdigit((unsigned char)*start))
		return err_set(err, -EINVAL, "'%s': a size has to begin with a digit", start);
	errno = 0;
	n = strtoull(start, &end, 0);
	unit = *end ? strchr(units, toupper((unsigned char)*end)) : NULL;
	if (unit) {
		shift = 10 * (unsigned int)(unit - units + 1);
		end++;
	}
	if (errno || (n << shift) >> shift != n)
		return err_set(err, -EINVAL, "'%s' is more than 64 bits hold", start);
	if (isalnum((unsigned char)*end))
		return refuse_unit(start, end, err);
	*text = end;
	*ret = n << shift;
	return 0;
}

/* "START-[END]:SIZE" at the beginning of @text. */
static int take_range(const char **text, struct crashkernel_range *range, struct err *err)
{
	const char *whole = *text;
	int r = take_size(text, &range->start, err);

	if (r < 0)
		return r;
	if (**text != '-')
		return err_set(err, -EINVAL, "'%s': a range is START-END:SIZE, END may be missing",
			       whole);
	(*text)++;
	range->end = UINT64_MAX;
	if (**text != ':')
		r = take_size(text, &range->end, err);
	if (r < 0)
		return r;
	if (range->end <= range->start)
		return err_set(err, -EINVAL, "'%s': the range ends before it starts", whole);
	if (**text != ':')
		return err_set(err, -EINVAL, "'%s': no ':' and size behind the range", whole);
	(*text)++;
	return take_size(text, &range->size, err);
}

static int take_ranges(const char **text, struct crashkernel *value, struct err *err)
{
	int r = 0;

	value->by_range = true;
	do {
		if (value->count == CRASHKERNEL_RANGES_MAX)
			return err_set(err, -EINVAL, "more than %d ranges", CRASHKERNEL_RANGES_MAX);
		r = take_range(text, &value->ranges[value->count++], err);
	} while (r == 0 && **text == ',' && (*text)++);
	return r;
}

static int take_one_size(const char **text, struct crashkernel *value, struct err *err)
{
	value->count = 1;
	value->ranges[0].end = UINT64_MAX;
	return take_size(text, &value->ranges[0].size, err);
}

/* Which suffix @text ends with; it is cut off @len. */
static enum crashkernel_suffix cut_suffix(const char *text, size_t *len)
{
	for (size_t i = 1; i < CRASHKERNEL_SUFFIXES; i++) {
		size_t n = strlen(suffixes[i]);

		if (*len > n && memcmp(text + *len - n, suffixes[i], n) == 0) {
			*len -= n;
			return (enum crashkernel_suffix)i;
		}
	}
	return CRASHKERNEL_PLAIN;
}

static int take_offset(const char **text, struct crashkernel *value, struct err *err)
{
	if (**text != '@')
		return 0;
	(*text)++;
	value->has_offset = true;
	return take_size(text, &value->offset, err);
}

static int check_whole(const struct crashkernel *value, const char *rest, struct err *err)
{
	if (*rest)
		return err_set(err, -EINVAL, "'%s' cannot stand behind a size", rest);
	if (value->suffix != CRASHKERNEL_PLAIN && (value->by_range || value->has_offset))
		return err_set(err, -EINVAL, "'%s' goes with a size alone, not with %s",
			       suffixes[value->suffix], value->by_range ? "ranges" : "an offset");
	return 0;
}

int crashkernel_parse(const char *text, struct crashkernel *ret, struct err *err)
{
	struct crashkernel value = { .count = 0 };
	char copy[CRASHKERNEL_TEXT_MAX];
	size_t len = strlen(text);
	const char *pos = copy;
	int r;

	if (len == 0)
		return err_set(err, -EINVAL, "there is no value");
	if (len >= sizeof(copy))
		return err_set(err, -EINVAL, "more than %zu characters", sizeof(copy) - 1);
	value.suffix = cut_suffix(text, &len);
	memcpy(copy, text, len);
	copy[len] = '\0';
	/* The kernel tells the two forms apart by a ':' in the word. */
	r = strchr(copy, ':') ? take_ranges(&pos, &value, err) : take_one_size(&pos, &value, err);
	if (r == 0)
		r = take_offset(&pos, &value, err);
	if (r == 0)
		r = check_whole(&value, pos, err);
	if (r == 0)
		*ret = value;
	return r;
}

uint64_t crashkernel_size(const struct crashkernel *value, uint64_t memory)
{
	if (!value->by_range)
		return value->ranges[0].size;
	memory = (memory + CRASHKERNEL_ROUND - 1) / CRASHKERNEL_ROUND * CRASHKERNEL_ROUND;
	for (size_t i = 0; i < value->count; i++)
		if (memory >= value->ranges[i].start && memory < value->ranges[i].end)
			return value->ranges[i].size;
	return 0;
}

int crashkernel_grow(struct crashkernel *value, int64_t delta, struct err *err)
{
	struct crashkernel grown = *value;

	for (size_t i = 0; i < grown.count; i++) {
		uint64_t *size = &grown.ranges[i].size;

		if (*size == 0)
			continue;
		if (delta < 0 ? *size < -(uint64_t)delta : *size > UINT64_MAX - (uint64_t)delta)
			return err_set(err, -ERANGE, "%" PRIu64 " %+" PRId64 " bytes is no size",
				       *size, delta);
		*size += (uint64_t)delta;
	}
	*value = grown;
	return 0;
}

/* @bytes with the largest unit that leaves no rest, e.g. "256M". */
static void print_size(uint64_t bytes, char ret[static 24])
{
	size_t unit = 0;

	while (bytes > 0 && bytes % 1024 == 0 && units[unit]) {
		bytes /= 1024;
		unit++;
	}
	if (unit)
		snprintf(ret, 24, "%" PRIu64 "%c", bytes, units[unit - 1]);
	else
		snprintf(ret, 24, "%" PRIu64, bytes);
}

static void print_range(FILE *out, const struct crashkernel_range *range)
{
	char start[24], end[24] = "", size[24];

	print_size(range->start, start);
	if (range->end != UINT64_MAX)
		print_size(range->end, end);
	print_size(range->size, size);
	fprintf(out, "%s-%s:%s", start, end, size);
}

int crashkernel_print(const struct crashkernel *value, char ret[static CRASHKERNEL_TEXT_MAX],
		      struct err *err)
{
	FILE *out = fmemopen(ret, CRASHKERNEL_TEXT_MAX, "w");
	char size[24];

	if (!out)
		return err_oom(err);
	for (size_t i = 0; value->by_range && i < value->count; i++) {
		fputs(i ? "," : "", out);
		print_range(out, &value->ranges[i]);
	}
	print_size(value->ranges[0].size, size);
	fputs(value->by_range ? "" : size, out);
	print_size(value->offset, size);
	fprintf(out, "%s%s%s", value->has_offset ? "@" : "", value->has_offset ? size : "",
		suffixes[value->suffix]);
	return fclose(out) == 0 ? 0 : err_set(err, -ENAMETOOLONG, "too many ranges for a word");
}

/* The value of a word, without the quotes around it. */
static int read_word(const struct cmdline_word *word, struct crashkernel *ret, struct err *err)
{
	char text[CRASHKERNEL_TEXT_MAX];
	size_t skip = word->name_len + 1, len = 0;
	int r;

	for (size_t i = skip; i < word->len && len < sizeof(text) - 1; i++)
		if (word->text[i] != '"')
			text[len++] = word->text[i];
	text[len] = '\0';
	r = crashkernel_parse(text, ret, err);
	return r < 0 ? err_prefix(err, r, "%.*s", (int)word->len, word->text) : 0;
}

int crashkernel_read(const char *cmdline, struct crashkernel_words *ret, struct err *err)
{
	struct cmdline_word word;

	*ret = (struct crashkernel_words){ .has = { false } };
	while (cmdline_next(&cmdline, &word)) {
		struct crashkernel value;
		int r;

		if (!cmdline_word_is(&word, "crashkernel"))
			continue;
		r = read_word(&word, &value, err);
		if (r < 0)
			return r;
		ret->value[value.suffix] = value;
		ret->has[value.suffix] = true;
	}
	return 0;
}
