/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Bytes put together field by field, for what boot protocols hand over as lists of any
 * length. Running out of memory is remembered, so that it need be asked for only once.
 */
#ifndef KEXEC_BUFFER_H
#define KEXEC_BUFFER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/attrs.h"
#include "lib/err.h"
#include "kexec/plan.h"

/** struct buffer - zero it to begin with; release with buffer_done(). */
struct buffer {
	uint8_t *data;
	size_t used; /* bytes */
	size_t capacity;
	bool failed; /* there was no memory: the contents are useless */
};

/** buffer_done() - release; fine on an empty one. */
void buffer_done(struct buffer *buffer);

/** buffer_add() - append @size bytes. Return: their offset. */
size_t buffer_add(struct buffer *buffer, const void *data, size_t size);

/** buffer_add_le() - append the low @width bytes (1 to 8) of @v, little-endian. */
void buffer_add_le(struct buffer *buffer, unsigned int width, uint64_t v);

/** buffer_add_text() - append @text and its NUL. Return: its offset. */
size_t buffer_add_text(struct buffer *buffer, const char *text);

/** buffer_add_zeros() - append @size zeros. Return: their offset. */
size_t buffer_add_zeros(struct buffer *buffer, size_t size);

/** buffer_align() - append zeros up to a multiple of @align, a power of two. */
void buffer_align(struct buffer *buffer, size_t align);

/** buffer_set_le() - overwrite @width bytes at @offset, which are there already. */
void buffer_set_le(struct buffer *buffer, size_t offset, unsigned int width, uint64_t v);

/**
 * buffer_place() - make the bytes a segment of their own.
 * @name, @where: as for plan_place(); the size of @where is not looked at.
 * @buffer: on success the plan's own, and left empty.
 */
_must_check_ int buffer_place(struct buffer *buffer, struct plan *plan, const char *name,
			      const struct placement *where, struct segment **ret, struct err *err);

#endif
