/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lib/bytes.h"

bool bytes_uint_odd(struct bytes b, uint64_t off, unsigned int width, bool big_endian,
		    uint64_t *ret)
{
	uint64_t v = 0;

	if (width == 0 || width > 8 || !range_within(off, width, b.size))
		return false;
	for (unsigned int i = 0; i < width; i++) {
		unsigned int at = big_endian ? i : width - 1 - i;

		v = v << 8 | b.data[off + at];
	}
	*ret = v;
	return true;
}

bool bytes_le16(struct bytes b, uint64_t off, uint16_t *ret)
{
	uint64_t v;

	if (!bytes_uint(b, off, 2, false, &v))
		return false;
	*ret = (uint16_t)v;
	return true;
}

bool bytes_le32(struct bytes b, uint64_t off, uint32_t *ret)
{
	uint64_t v;

	if (!bytes_uint(b, off, 4, false, &v))
		return false;
	*ret = (uint32_t)v;
	return true;
}

bool bytes_le64(struct bytes b, uint64_t off, uint64_t *ret)
{
	return bytes_uint(b, off, 8, false, ret);
}
