/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "lib/bytes.h"

#include "kdump/btrfs.h"

/* The first superblock (include/uapi/linux/btrfs_tree.h: struct btrfs_super_block). */
enum {
	SUPER = 64 << 10, /* where it lies; bytes */
	SUPER_SIZE = 4096,
	MAGIC = 0x40,
	NUM_DEVICES = 0x88,
};

int btrfs_count_devices(const struct sysroot *root, const char *node, uint64_t *ret,
			struct err *err)
{
	uint8_t data[SUPER_SIZE];
	const struct bytes super = { data, sizeof(data) };
	_cleanup_close_ int fd = sysroot_open(root, node, O_RDONLY);
	ssize_t n;

	if (fd < 0)
		return err_errno(err, fd, "cannot open %s", node);
	n = pread(fd, data, sizeof(data), SUPER);
	if (n < 0)
		return err_errno(err, -errno, "cannot read %s", node);
	if (n != sizeof(data) || !bytes_has(super, MAGIC, "_BHRfS_M", 8) ||
	    !bytes_le64(super, NUM_DEVICES, ret) || *ret == 0)
		return err_set(err, -EINVAL, "%s: no btrfs is on it", node);
	return 0;
}
