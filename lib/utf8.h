/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * UTF-8 (RFC 3629): telling its characters from bytes that are none.
 */
#ifndef LIB_UTF8_H
#define LIB_UTF8_H

#include <stddef.h>
#include <stdint.h>

#include "lib/bytes.h"

/**
 * utf8_take() - look at the character that @text begins with.
 * @ret_code: its number; untouched where there is none.
 * Return: its bytes, 1 to 4; 0 if @text is empty or does not begin with a character: cut short,
 * longer than it must be, a surrogate, or above U+10FFFF.
 */
size_t utf8_take(struct bytes text, uint32_t *ret_code);

#endif
