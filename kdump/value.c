/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "lib/number.h"

#include "kdump/nearest.h"
#include "kdump/value.h"

enum { DIGITS_MAX = 20 }; /* of a number below 2^64 */

/* The digits that @text begins with. @ret_end: behind them. Return: is there a number? */
static bool read_digits(const char *text, uint64_t *ret, const char **ret_end)
{
	char digits[DIGITS_MAX + 1];
	size_t len = 0;

	while (isdigit((unsigned char)text[len]))
		len++;
	if (len == 0 || len >= sizeof(digits))
		return false;
	memcpy(digits, text, len);
	digits[len] = '\0';
	*ret_end = text + len;
	return number_parse(digits, 10, ret) == 0;
}

int value_count(const char *text, uint64_t max, uint64_t *ret, struct err *err)
{
	const char *end;
	uint64_t value;

	if (!read_digits(text, &value, &end) || *end || value < 1 || value > max)
		return err_set(err, -EINVAL, "'%s' is not a whole number from 1 to %ju", text,
			       (uintmax_t)max);
	*ret = value;
	return 0;
}

int value_size(const char *text, uint64_t *ret, struct err *err)
{
	static const char units[] = "KMGT";
	const char *end = text, *unit;
	unsigned int shift = 0;
	uint64_t value = 0;
	bool good = read_digits(text, &value, &end);

	unit = good && *end ? strchr(units, toupper((unsigned char)*end)) : NULL;
	if (unit) {
		shift = 10 * (unsigned int)(unit - units + 1);
		end++;
	}
	if (!good || *end || value == 0 || value > UINT64_MAX >> shift) {
		err_set(err, -EINVAL, "'%s' is not a size", text);
		return err_hint(err, -EINVAL,
				"A size is a number of bytes, or of KiB, MiB, GiB or TiB with K, "
				"M, G or T behind it: 500M, 10G.");
	}
	*ret = value << shift;
	return 0;
}

/* The word of @choices that @pos stands at, into @ret; @pos goes on. Return: was there one? */
static bool next_choice(const char **pos, char ret[static NEAREST_WORD_MAX + 1])
{
	size_t len = strcspn(*pos, "|");

	if (len == 0)
		return false;
	snprintf(ret, NEAREST_WORD_MAX + 1, "%.*s", (int)len, *pos);
	*pos += len + ((*pos)[len] == '|');
	return true;
}

int value_choice(const char *text, const char *choices)
{
	char word[NEAREST_WORD_MAX + 1];

	for (int i = 0; next_choice(&choices, word); i++)
		if (strcmp(text, word) == 0)
			return i;
	return -EINVAL;
}

void value_suggest(const char *text, const char *choices, struct err *err)
{
	char word[NEAREST_WORD_MAX + 1], best[NEAREST_WORD_MAX + 1] = "";

	while (next_choice(&choices, word))
		if (nearest_is_better(text, word, best))
			memcpy(best, word, sizeof(best));
	if (best[0])
		err_hint(err, -EINVAL, "Did you mean '%s'?", best);
}
