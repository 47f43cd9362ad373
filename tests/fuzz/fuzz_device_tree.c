/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A device tree file: any bytes; what is taken for a tree lies within them. */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>

#include "kexec/device_tree.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes tree = { NULL };
	struct err err = ERR_INIT;
	int r = device_tree_find((struct bytes){ data, size }, &tree, &err);

	if (r == 0 ? tree.data != data || tree.size > size || tree.size > DEVICE_TREE_MAX
		   : (r != -EBADMSG && r != -EFBIG) || !err.text[0])
		abort();
	return 0;
}
