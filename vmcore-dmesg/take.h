/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Small things at the front of a text: each function moves *@text behind what it took, or
 * leaves it where it was and returns false.
 */
#ifndef VMCORE_DMESG_TAKE_H
#define VMCORE_DMESG_TAKE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** is_digit() - is @c a decimal digit of ASCII? */
bool is_digit(char c);

/** is_letter() - is @c a letter of ASCII? */
bool is_letter(char c);

/** take_decimal() - take at most 18 digits. */
bool take_decimal(const char **text, uint64_t *ret);

/** take_hex() - take at most 16 hexadecimal digits, with or without 0x. */
bool take_hex(const char **text, uint64_t *ret);

/** take_word() - take @word, whatever follows. */
bool take_word(const char **text, const char *word);

/** skip_blanks() - move *@text to the next that is no blank. */
void skip_blanks(const char **text);

/** word_length() - bytes of @text up to the next blank or the end. */
size_t word_length(const char *text);

#endif
