/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Bounded access to bytes that came from outside, and the overflow-checked arithmetic
 * that such access needs. Nothing in the tree casts a pointer into file contents: every
 * field is read through here, of any alignment, in the byte order that the caller names.
 */
#ifndef LIB_BYTES_H
#define LIB_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "lib/attrs.h"

/** struct bytes - borrowed, read-only bytes; the owner outlives it. */
struct bytes {
	const uint8_t *data;
	size_t size;
};

/** range_within() - does [@off, @off + @len) lie inside [0, @size)? Never overflows. */
static inline bool range_within(uint64_t off, uint64_t len, uint64_t size)
{
	return off <= size && len <= size - off;
}

/** u64_add() - *@ret = @a + @b. Return: false, with *@ret undefined, on overflow. */
_must_check_ static inline bool u64_add(uint64_t a, uint64_t b, uint64_t *ret)
{
	return !__builtin_add_overflow(a, b, ret);
}

/** size_mul() - *@ret = @a * @b. Return: false, with *@ret undefined, on overflow. */
_must_check_ static inline bool size_mul(size_t a, size_t b, size_t *ret)
{
	return !__builtin_mul_overflow(a, b, ret);
}

/** align_down() - @v rounded down to @align, a power of two. */
static inline uint64_t align_down(uint64_t v, uint64_t align)
{
	return v & ~(align - 1);
}

/** align_up() - *@ret = @v rounded up to @align, a power of two. Return: false on overflow. */
_must_check_ static inline bool align_up(uint64_t v, uint64_t align, uint64_t *ret)
{
	if (!u64_add(v, align - 1, ret))
		return false;
	*ret = align_down(*ret, align);
	return true;
}

/** bytes_slice() - *@ret = the @len bytes at @off of @b. Return: false if they are not all there. */
_must_check_ static inline bool bytes_slice(struct bytes b, uint64_t off, uint64_t len,
					    struct bytes *ret)
{
	if (!range_within(off, len, b.size))
		return false;
	ret->data = off > 0 ? b.data + off : b.data; /* of nothing, NULL: add nothing to it */
	ret->size = (size_t)len;
	return true;
}

/** bytes_has() - are the @len bytes at @off of @b equal to those at @what? */
static inline bool bytes_has(struct bytes b, uint64_t off, const void *what, size_t len)
{
	return range_within(off, len, b.size) && (len == 0 || memcmp(b.data + off, what, len) == 0);
}

/** bytes_uint_odd() - bytes_uint() of a width that C has no type for. */
_must_check_ bool bytes_uint_odd(struct bytes b, uint64_t off, unsigned int width, bool big_endian,
				 uint64_t *ret);

/**
 * bytes_uint() - read an unsigned integer of @width bytes (1 to 8).
 * @off: byte offset in @b; @big_endian: byte order; @ret: untouched on failure.
 *
 * Inline, and one load for the usual widths: readers of large tables do little else.
 *
 * Return: false if the field does not lie wholly inside @b.
 */
_must_check_ static inline bool bytes_uint(struct bytes b, uint64_t off, unsigned int width,
					   bool big_endian, uint64_t *ret)
{
	const bool swap = big_endian != (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__);
	uint64_t v64;
	uint32_t v32;
	uint16_t v16;

	if (!range_within(off, width, b.size))
		return false;
	switch (width) {
	case 1:
		*ret = b.data[off];
		return true;
	case 2:
		memcpy(&v16, b.data + off, sizeof(v16));
		*ret = swap ? __builtin_bswap16(v16) : v16;
		return true;
	case 4:
		memcpy(&v32, b.data + off, sizeof(v32));
		*ret = swap ? __builtin_bswap32(v32) : v32;
		return true;
	case 8:
		memcpy(&v64, b.data + off, sizeof(v64));
		*ret = swap ? __builtin_bswap64(v64) : v64;
		return true;
	default:
		return bytes_uint_odd(b, off, width, big_endian, ret);
	}
}

/** bytes_le16() - little-endian 16-bit field at @off. Return: false if it is not all there. */
_must_check_ bool bytes_le16(struct bytes b, uint64_t off, uint16_t *ret);
/** bytes_le32() - little-endian 32-bit field at @off. Return: false if it is not all there. */
_must_check_ bool bytes_le32(struct bytes b, uint64_t off, uint32_t *ret);
/** bytes_le64() - little-endian 64-bit field at @off. Return: false if it is not all there. */
_must_check_ bool bytes_le64(struct bytes b, uint64_t off, uint64_t *ret);

/** put_le() - write the low @width bytes (1 to 8) of @v at @p, little-endian. */
static inline void put_le(uint8_t *p, unsigned int width, uint64_t v)
{
	for (unsigned int i = 0; i < width; i++)
		p[i] = (uint8_t)(v >> (8 * i));
}

#endif
