/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "kdump/rootpath.h"
#include "kdump/virtiofs.h"

#define DEVICES "/sys/bus/virtio/devices"

enum { DEVICE_ID = 26 }; /* virtio specification 1.2, 5: file system device */

bool virtiofs_is(const char *type)
{
	return strcmp(type, VIRTIOFS_TYPE) == 0;
}

static bool is_share(const struct sysroot *root, const char *device)
{
	char path[sizeof(DEVICES "/device") + NAME_MAX + 1];
	uint64_t id;

	snprintf(path, sizeof(path), DEVICES "/%s/device", device);
	return sysroot_read_u64(root, path, 16, &id, NULL) == 0 && id == DEVICE_ID;
}

static int walk(const struct sysroot *root, const char *device, struct devchain *ret,
		struct err *err)
{
	char path[sizeof(DEVICES) + NAME_MAX + 1];
	struct rootpath real;
	int r;

	snprintf(path, sizeof(path), DEVICES "/%s", device);
	r = rootpath_real(root, path, &real, err);
	return r < 0 ? r : devchain_walk(root, real.text, ret, err);
}

int virtiofs_walk(const struct sysroot *root, struct devchain *ret, struct err *err)
{
	_cleanup_closedir_ DIR *dir = sysroot_opendir(root, DEVICES);
	const struct dirent *entry;
	size_t count = 0;
	int r = 0;

	while (dir && r == 0 && (entry = readdir(dir))) {
		if (entry->d_name[0] == '.' || !is_share(root, entry->d_name))
			continue;
		r = walk(root, entry->d_name, ret, err);
		count++;
	}
	if (r < 0 || count > 0)
		return r;
	err_set(err, -ENODEV, "this machine has no virtiofs device");
	return err_hint(err, -ENODEV, "It is the host that gives the machine one.");
}
