/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdint.h>
#include <string.h>

#include "kdump/nearest.h"

static size_t min2(size_t a, size_t b)
{
	return a < b ? a : b;
}

size_t nearest_distance(const char *a, const char *b)
{
	/* Three rows of the distance table: row i is in rows[i % 3]. */
	size_t rows[3][NEAREST_WORD_MAX + 1];
	size_t a_len = strlen(a), b_len = strlen(b);

	if (a_len > NEAREST_WORD_MAX || b_len > NEAREST_WORD_MAX)
		return SIZE_MAX;
	for (size_t j = 0; j <= b_len; j++)
		rows[0][j] = j;
	for (size_t i = 1; i <= a_len; i++) {
		size_t *now = rows[i % 3], *before = rows[(i - 1) % 3];

		now[0] = i;
		for (size_t j = 1; j <= b_len; j++) {
			now[j] = before[j - 1] + (a[i - 1] != b[j - 1]);
			now[j] = min2(now[j], min2(before[j], now[j - 1]) + 1);
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
				now[j] = min2(now[j], rows[(i - 2) % 3][j - 2] + 1);
		}
	}
	return rows[a_len % 3][b_len];
}

int nearest_is_near(const char *typed, const char *word)
{
	size_t allowed = strlen(word) / 3;

	if (allowed < 1)
		allowed = 1;
	if (allowed > 3)
		allowed = 3;
	return nearest_distance(typed, word) <= allowed;
}

bool nearest_is_better(const char *typed, const char *word, const char *best)
{
	if (!nearest_is_near(typed, word))
		return false;
	return !best || !best[0] || nearest_distance(typed, word) < nearest_distance(typed, best);
}
