/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * For a word that nobody knows, the known word that was probably meant.
 */
#ifndef KDUMP_NEAREST_H
#define KDUMP_NEAREST_H

#include <stdbool.h>
#include <stddef.h>

enum { NEAREST_WORD_MAX = 64 }; /* bytes of the words compared; longer ones are never near */

/**
 * nearest_distance() - how many letters to insert, delete, replace or swap with their
 * neighbour turn @a into @b (optimal string alignment). Return: SIZE_MAX when a word is
 * longer than NEAREST_WORD_MAX.
 */
size_t nearest_distance(const char *a, const char *b);

/**
 * nearest_is_near() - is @typed a likely slip for @word? One in three letters may differ,
 * at least one, at most three.
 */
int nearest_is_near(const char *typed, const char *word);

/** nearest_is_better() - is @word near, and nearer than @best? @best: NULL or "" for none yet. */
bool nearest_is_better(const char *typed, const char *word, const char *best);

#endif
