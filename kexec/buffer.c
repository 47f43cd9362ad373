/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdlib.h>
#include <string.h>

#include "lib/array.h"
#include "kexec/buffer.h"

void buffer_done(struct buffer *buffer)
{
	free(buffer->data);
	*buffer = (struct buffer){ .data = NULL };
}

size_t buffer_add_zeros(struct buffer *buffer, size_t size)
{
	size_t at = buffer->used;

	if (buffer->failed || size == 0)
		return at;
	if (array_reserve(&buffer->data, &buffer->capacity, at + size, 1) < 0) {
		buffer->failed = true;
		return at;
	}
	memset(buffer->data + at, 0, size);
	buffer->used += size;
	return at;
}

size_t buffer_add(struct buffer *buffer, const void *data, size_t size)
{
	size_t at = buffer_add_zeros(buffer, size);

	if (!buffer->failed && size > 0)
		memcpy(buffer->data + at, data, size);
	return at;
}

void buffer_add_le(struct buffer *buffer, unsigned int width, uint64_t v)
{
	buffer_set_le(buffer, buffer_add_zeros(buffer, width), width, v);
}

size_t buffer_add_text(struct buffer *buffer, const char *text)
{
	return buffer_add(buffer, text, strlen(text) + 1);
}

void buffer_align(struct buffer *buffer, size_t align)
{
	buffer_add_zeros(buffer, (align - buffer->used % align) % align);
}

void buffer_set_le(struct buffer *buffer, size_t offset, unsigned int width, uint64_t v)
{
	if (!buffer->failed)
		put_le(buffer->data + offset, width, v);
}

int buffer_place(struct buffer *buffer, struct plan *plan, const char *name,
		 const struct placement *where, struct segment **ret, struct err *err)
{
	struct placement sized = *where;
	int r;

	if (buffer->failed)
		return err_oom(err);
	sized.size = buffer->used;
	r = plan_place(plan, name, &sized, ret, err);
	if (r < 0)
		return r;
	(*ret)->owned = buffer->data;
	(*ret)->content = (struct bytes){ buffer->data, buffer->used };
	*buffer = (struct buffer){ .data = NULL };
	return 0;
}
