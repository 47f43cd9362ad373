/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdbool.h>
#include <string.h>

#include "lib/utf8.h"
#include "vmcore-dmesg/escape.h"

/* ASCII's printable characters and blanks (isprint(), isspace() of the C locale). */
static bool is_plain(uint8_t c, unsigned int flags)
{
	if (c >= 0x20 && c <= 0x7e)
		return true;
	if (c == '\t' || c == '\n')
		return true;
	return c >= '\v' && c <= '\r' && !(flags & ESCAPE_RETURNS);
}

/*
 * May a character beyond ASCII be shown? Not C1 controls, nor what has no shape of its own or
 * turns the text around (Unicode's categories Cc, Cf, Zl, Zp).
 */
static bool is_shown(uint32_t code)
{
	static const struct {
		uint32_t first, last;
	} hidden[] = {
		{ 0x80, 0x9f },       { 0xad, 0xad },       { 0x61c, 0x61c },
		{ 0x180e, 0x180e },   { 0x200b, 0x200f },   { 0x2028, 0x202e },
		{ 0x2060, 0x206f },   { 0xfeff, 0xfeff },   { 0xfff0, 0xfffb },
		{ 0xfffe, 0xffff },   { 0x1bca0, 0x1bcaf }, { 0x1d173, 0x1d17a },
		{ 0xe0000, 0xe0fff },
	};

	for (size_t i = 0; i < ARRAY_SIZE(hidden); i++)
		if (code >= hidden[i].first && code <= hidden[i].last)
			return false;
	return true;
}

/* Bytes from @text's start that are printable ASCII, in eights: most texts are nothing else. */
static size_t printable_words(struct bytes text)
{
	const uint64_t ones = UINT64_C(0x0101010101010101), tops = ones << 7;
	size_t i = 0;

	for (; text.size - i >= sizeof(uint64_t); i += sizeof(uint64_t)) {
		uint64_t word;

		memcpy(&word, text.data + i, sizeof(word));
		/* A top bit is set by what is above 0x7e, and by a borrow of what is below 0x20. */
		if ((word | (word + ones) | (word - (ones << 5))) & tops)
			break;
	}
	return i;
}

/* @text without its first @n bytes. */
static struct bytes from(struct bytes text, size_t n)
{
	return (struct bytes){ text.data + n, text.size - n };
}

/* Bytes from @text's start that are written as they are. */
static size_t run_of(struct bytes text, unsigned int flags)
{
	size_t i = 0;

	for (;;) {
		uint32_t code;
		size_t n;

		i += printable_words(from(text, i));
		while (i < text.size && is_plain(text.data[i], flags))
			i++;
		if (i == text.size || !(flags & ESCAPE_KEEP_UTF8))
			return i;
		n = utf8_take(from(text, i), &code);
		if (n <= 1 || !is_shown(code))
			return i;
		i += n;
	}
}

int escape_put(struct writer *w, struct bytes text, unsigned int flags, struct err *err)
{
	static const char digits[] = "0123456789abcdef";

	while (text.size > 0) {
		size_t run = run_of(text, flags);
		char escape[] = "\\x00";
		int r = run > 0 ? writer_put(w, text.data, run, err) : 0;

		if (r < 0 || run == text.size)
			return r;
		escape[2] = digits[text.data[run] >> 4];
		escape[3] = digits[text.data[run] & 0xf];
		r = writer_put(w, escape, sizeof(escape) - 1, err);
		if (r < 0)
			return r;
		text = from(text, run + 1);
	}
	return 0;
}
