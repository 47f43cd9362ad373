/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/btrfs.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "lib/bytes.h"

#include "kdump/blockdev.h"
#include "kdump/btrfs.h"
#include "kdump/devid.h"
#include "kdump/rootpath.h"

#define CONTROL "/dev/btrfs-control"

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

static int add_device(const struct sysroot *root, const char *path, struct strv *ret,
		      struct err *err)
{
	struct rootpath real;
	int r = rootpath_real(root, path, &real, err);

	if (r < 0)
		return r;
	return strv_add(ret, real.text) < 0 ? err_oom(err) : 0;
}

/* Where the kernel has links to the devices of one that is mounted (fs/btrfs/sysfs.c). */
static void folder_of(const char *uuid, char ret[static PATH_MAX])
{
	snprintf(ret, PATH_MAX, "/sys/fs/btrfs/%s/devices", uuid);
}

bool btrfs_is_mounted(const struct sysroot *root, const char *uuid)
{
	char folder[PATH_MAX];

	folder_of(uuid, folder);
	return rootpath_exists(root, folder);
}

static int list_mounted(const struct sysroot *root, const char *uuid, struct strv *ret,
			struct err *err)
{
	_cleanup_closedir_ DIR *dir = NULL;
	const struct dirent *entry;
	char folder[PATH_MAX];
	int r = 0;

	folder_of(uuid, folder);
	dir = sysroot_opendir(root, folder);
	if (!dir)
		return err_errno(err, -errno, "cannot read %s", folder);
	while (r == 0 && (entry = readdir(dir))) {
		char path[PATH_MAX + NAME_MAX + 2];

		if (entry->d_name[0] == '.')
			continue;
		snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
		r = add_device(root, path, ret, err);
	}
	return r;
}

struct listing {
	const char *uuid;
	struct strv nodes;
	bool failed; /* no memory is left */
};

static bool collect(void *ctx, const char *node, const struct devid *id)
{
	struct listing *l = ctx;

	if (id->held || strcmp(id->type, "btrfs") != 0 || strcasecmp(id->uuid, l->uuid) != 0)
		return false;
	l->failed = strv_add(&l->nodes, node) < 0;
	return l->failed;
}

static int list_unmounted(const struct sysroot *root, const char *uuid, uint64_t count,
			  struct strv *ret, struct err *err)
{
	struct listing l = { .uuid = uuid };
	int r = devid_find(root, collect, &l, NULL) == 0 ? err_oom(err) : 0;

	if (r == 0 && l.nodes.n < count) {
		r = err_set(err, -ENODEV, "btrfs UUID=%s is on %ju devices, of which %zu are there",
			    uuid, (uintmax_t)count, l.nodes.n);
		err_hint(err, r, "Mount it with the option degraded if it has to do without.");
	}
	for (size_t i = 0; r == 0 && i < l.nodes.n; i++) {
		_cleanup_(blockdev_done) struct blockdev dev = { NULL };

		r = blockdev_find(root, l.nodes.v[i], &dev, err);
		if (r == 0)
			r = strv_add(ret, dev.sysfs) < 0 ? err_oom(err) : 0;
	}
	strv_done(&l.nodes);
	return r;
}

int btrfs_list_devices(const struct sysroot *root, const char *uuid, uint64_t count,
		       struct strv *ret, struct err *err)
{
	return btrfs_is_mounted(root, uuid) ? list_mounted(root, uuid, ret, err)
					    : list_unmounted(root, uuid, count, ret, err);
}

int btrfs_scan(const char *node, struct err *err)
{
	struct btrfs_ioctl_vol_args device = { 0 };
	_cleanup_close_ int fd = open(CONTROL, O_RDWR | O_CLOEXEC);

	if (fd < 0)
		return err_errno(err, -errno, "cannot open " CONTROL);
	if ((size_t)snprintf(device.name, sizeof(device.name), "%s", node) >= sizeof(device.name))
		return err_errno(err, -ENAMETOOLONG, "%s", node);
	if (ioctl(fd, BTRFS_IOC_SCAN_DEV, &device) < 0)
		return err_errno(err, -errno, "BTRFS_IOC_SCAN_DEV of %s", node);
	return 0;
}
