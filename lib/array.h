/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Room in growable arrays, so that no table in the tree has a fixed size. An array is
 * three members of its owner: a pointer, a count and a capacity.
 */
#ifndef LIB_ARRAY_H
#define LIB_ARRAY_H

#include <stddef.h>

#include "lib/attrs.h"

/**
 * array_reserve() - make room for at least @need elements.
 * @items: address of the pointer to the elements; NULL there is an empty array. The
 *	pointer and *@capacity are untouched on failure; the caller frees with free().
 * @capacity: elements that fit now.
 * @need: elements that must fit.
 * @elem_size: size of an element in bytes, not 0.
 *
 * Grows geometrically, so that appending one by one costs linear time.
 *
 * Return: 0 or -ENOMEM.
 */
_must_check_ int array_reserve(void *items, size_t *capacity, size_t need, size_t elem_size);

#endif
