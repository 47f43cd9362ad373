/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/array.h"
#include "lib/bytes.h"

int array_reserve(void *items, size_t *capacity, size_t need, size_t elem_size)
{
	size_t count = *capacity > 8 ? *capacity : 8;
	size_t size;
	void *old, *new;

	if (need <= *capacity)
		return 0;
	while (count < need)
		if (!size_mul(count, 2, &count))
			return -ENOMEM;
	if (!size_mul(count, elem_size, &size))
		return -ENOMEM;
	memcpy(&old, items, sizeof(old));
	new = realloc(old, size);
	if (!new)
		return -ENOMEM;
	memcpy(items, &new, sizeof(new));
	*capacity = count;
	return 0;
}
