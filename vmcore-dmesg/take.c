/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "vmcore-dmesg/take.h"

enum { HEX_DIGITS_MAX = 16, DECIMAL_DIGITS_MAX = 18 };

bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

bool is_letter(char c)
{
	return (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
}

static int hex_value(char c)
{
	if (is_digit(c))
		return c - '0';
	if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f')
		return (c | 0x20) - 'a' + 10;
	return -1;
}

bool take_decimal(const char **text, uint64_t *ret)
{
	size_t n = 0;

	for (*ret = 0; n < DECIMAL_DIGITS_MAX && is_digit((*text)[n]); n++)
		*ret = *ret * 10 + (uint64_t)((*text)[n] - '0');
	*text += n;
	return n > 0;
}

/* Hexadecimal, with or without 0x. */
bool take_hex(const char **text, uint64_t *ret)
{
	const char *p = *text;
	size_t n = 0;

	if (p[0] == '0' && p[1] == 'x')
		p += 2;
	for (*ret = 0; n < HEX_DIGITS_MAX && hex_value(p[n]) >= 0; n++)
		*ret = *ret << 4 | (uint64_t)hex_value(p[n]);
	if (n == 0)
		return false;
	*text = p + n;
	return true;
}

bool take_word(const char **text, const char *word)
{
	size_t n = strlen(word);

	if (strncmp(*text, word, n) != 0)
		return false;
	*text += n;
	return true;
}

void skip_blanks(const char **text)
{
	while (**text == ' ')
		(*text)++;
}

size_t word_length(const char *text)
{
	return strcspn(text, " ");
}
