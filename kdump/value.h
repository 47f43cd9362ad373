/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The kinds of values that configuration files hold, read strictly. What is wrong with one
 * is said with what would be right.
 */
#ifndef KDUMP_VALUE_H
#define KDUMP_VALUE_H

#include <stdint.h>

#include "lib/attrs.h"
#include "lib/err.h"

/**
 * value_count() - read a whole number, in decimal.
 * @max: the largest that is accepted; the smallest is 1.
 * @ret: untouched on failure.
 * Return: 0 or -EINVAL.
 */
_must_check_ int value_count(const char *text, uint64_t max, uint64_t *ret, struct err *err);

/**
 * value_size() - read a size: a whole number, and perhaps one of K, M, G and T behind it, in
 * either case, for that many KiB, MiB, GiB or TiB.
 * @ret: bytes, 1 or more; untouched on failure.
 * Return: 0 or -EINVAL.
 */
_must_check_ int value_size(const char *text, uint64_t *ret, struct err *err);

/**
 * value_choice() - which of some words is it?
 * @choices: the words, parted by '|'.
 * Return: the word's place among @choices, from 0; -EINVAL for any other.
 */
_must_check_ int value_choice(const char *text, const char *choices);

/** value_suggest() - hint at that one of @choices that was probably meant, if any was. */
void value_suggest(const char *text, const char *choices, struct err *err);

#endif
