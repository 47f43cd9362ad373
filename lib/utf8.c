/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lib/utf8.h"

/* How many bytes a character has that begins with @c; 0: none does. */
static size_t length_of(uint8_t c)
{
	if (c < 0x80)
		return 1;
	if (c >= 0xc2 && c <= 0xdf)
		return 2;
	if ((c & 0xf0) == 0xe0)
		return 3;
	return c >= 0xf0 && c <= 0xf4 ? 4 : 0;
}

size_t utf8_take(struct bytes text, uint32_t *ret_code)
{
	static const uint32_t lowest[] = { 0, 0, 0x80, 0x800, 0x10000 };
	size_t n = text.size > 0 ? length_of(text.data[0]) : 0;
	uint32_t code;

	if (n == 0 || n > text.size)
		return 0;
	code = n == 1 ? text.data[0] : text.data[0] & (0x7fU >> n);
	for (size_t i = 1; i < n; i++) {
		if ((text.data[i] & 0xc0) != 0x80)
			return 0;
		code = code << 6 | (text.data[i] & 0x3f);
	}
	if (code < lowest[n] || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff))
		return 0;
	*ret_code = code;
	return n;
}
