/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "lib/iomem.h"

#include "kdump/memory.h"

int memory_size(const struct sysroot *root, uint64_t *ret, struct err *err)
{
	_cleanup_(iomem_done) struct iomem iomem = { NULL };
	uint64_t sum = 0;
	int r = iomem_read(root, &iomem, err);

	if (r < 0)
		return r;
	for (size_t i = 0; i < iomem.count; i++)
		if (iomem.entries[i].depth == 0 && strcmp(iomem.entries[i].name, "System RAM") == 0)
			sum += iomem.entries[i].end - iomem.entries[i].start;
	*ret = sum;
	return 0;
}
