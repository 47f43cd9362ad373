/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>

#include "kexec/device_tree.h"

/* The header: big-endian fields of 32 bits. */
enum {
	OFF_MAGIC = 0x00,
	OFF_TOTALSIZE = 0x04,
	HEADER_SIZE = 0x28,
};

#define FDT_MAGIC 0xd00dfeed

int device_tree_find(struct bytes file, struct bytes *ret, struct err *err)
{
	uint64_t magic, size;
	struct bytes tree;

	if (!bytes_uint(file, OFF_MAGIC, 4, true, &magic) || magic != FDT_MAGIC)
		return err_set(err, -EBADMSG, "is no flattened device tree");
	if (!bytes_uint(file, OFF_TOTALSIZE, 4, true, &size) || size < HEADER_SIZE ||
	    !bytes_slice(file, 0, size, &tree))
		return err_set(err, -EBADMSG, "is a device tree cut short (%zu bytes)", file.size);
	if (size > DEVICE_TREE_MAX)
		return err_set(err, -EFBIG,
			       "is a device tree of %zu bytes; kernels take no more than %d",
			       tree.size, DEVICE_TREE_MAX);
	*ret = tree;
	return 0;
}

int device_tree_open(const char *path, struct mapping *file, struct bytes *ret, struct err *err)
{
	struct mapping mapping;
	int r = mapping_open(path, &mapping, err);

	if (r < 0)
		return r;
	r = device_tree_find(mapping.bytes, ret, err);
	if (r < 0) {
		mapping_close(&mapping);
		return err_prefix(err, r, "%s", path);
	}
	*file = mapping;
	return 0;
}
