/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Strict reading of numbers in text: the whole text must be one number in range, unlike
 * strtoull(), which takes "-1", "12abc" and "" without a word.
 */
#ifndef LIB_NUMBER_H
#define LIB_NUMBER_H

#include <stdint.h>

#include "lib/attrs.h"

/**
 * number_parse() - read an unsigned number.
 * @text: blanks before and after are skipped; no sign is accepted.
 * @base: 10, 16 (a 0x prefix is allowed) or 0 (the prefix decides).
 * @ret: untouched on failure.
 * Return: 0, -EINVAL for anything but one number, -ERANGE for one above 64 bits.
 */
_must_check_ int number_parse(const char *text, int base, uint64_t *ret);

#endif
