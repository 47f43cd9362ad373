/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <blkid.h>
#include <dirent.h>
#include <errno.h>
#include <fnmatch.h>
#include <stdio.h>
#include <string.h>

#include "kdump/devid.h"
#include "kdump/rootpath.h"

enum { UUID_FILE_MAX = 4096 }; /* bytes of a file in sysfs: a page */

static void free_probe(blkid_probe *probe)
{
	blkid_free_probe(*probe);
}

static void take(blkid_probe probe, const char *name, char ret[static DEVID_MAX])
{
	const char *value;

	if (blkid_probe_lookup_value(probe, name, &value, NULL) == 0)
		snprintf(ret, DEVID_MAX, "%s", value);
}

int devid_read(const struct sysroot *root, const char *node, struct devid *ret, struct err *err)
{
	_cleanup_(free_probe) blkid_probe probe = NULL;
	struct rootpath full;
	int r = rootpath_join(root, node, &full, err);

	*ret = (struct devid){ .type = "" };
	if (r < 0)
		return r;
	errno = 0;
	probe = blkid_new_probe_from_filename(full.text);
	if (!probe)
		return err_errno(err, errno ? -errno : -EIO, "cannot open %s", node);
	blkid_probe_enable_superblocks(probe, 1);
	blkid_probe_set_superblocks_flags(probe, BLKID_SUBLKS_UUID | BLKID_SUBLKS_TYPE);
	blkid_probe_enable_partitions(probe, 1);
	blkid_probe_set_partitions_flags(probe, BLKID_PARTS_ENTRY_DETAILS);
	if (blkid_do_safeprobe(probe) != 0)
		return 0;
	take(probe, "TYPE", ret->type);
	take(probe, "UUID", ret->uuid);
	take(probe, "UUID_SUB", ret->member);
	take(probe, "PART_ENTRY_UUID", ret->partition);
	return 0;
}

/* An empty one is e.g. a drive without a disk. */
static bool is_empty(const struct sysroot *root, const char *name)
{
	char path[PATH_MAX];
	uint64_t sectors;

	snprintf(path, sizeof(path), "/sys/class/block/%s/size", name);
	return sysroot_read_u64(root, path, 10, &sectors, NULL) < 0 || sectors == 0;
}

/* @up: "" for itself, "../" for the disk that it is a partition of. */
static bool has_holders(const struct sysroot *root, const char *name, const char *up)
{
	_cleanup_closedir_ DIR *dir = NULL;
	const struct dirent *entry;
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "/sys/class/block/%s/%sholders", name, up);
	dir = sysroot_opendir(root, path);
	while (dir && (entry = readdir(dir)))
		if (entry->d_name[0] != '.')
			return true;
	return false;
}

/*
 * Is it what a snapshot of LVM looks like: a mapped device that lies on a store of changes? Beside
 * it there is its origin, with the same file system and UUID, which is the one that is meant.
 */
static bool is_snapshot(const struct sysroot *root, const char *name)
{
	_cleanup_closedir_ DIR *dir = NULL;
	const struct dirent *entry;
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "/sys/class/block/%s/slaves", name);
	dir = sysroot_opendir(root, path);
	while (dir && (entry = readdir(dir))) {
		_cleanup_free_ char *uuid = NULL;

		snprintf(path, sizeof(path), "/sys/class/block/%s/dm/uuid", entry->d_name);
		if (entry->d_name[0] != '.' &&
		    sysroot_read(root, path, UUID_FILE_MAX, &uuid, NULL, NULL) == 0 &&
		    fnmatch("LVM-*-cow*", uuid, 0) == 0)
			return true;
	}
	return false;
}

/* A partition of a disk that is held is seen beside what it is built into. */
static bool is_held(const struct sysroot *root, const char *name)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "/sys/class/block/%s/partition", name);
	return has_holders(root, name, "") ||
	       (rootpath_exists(root, path) && has_holders(root, name, "../"));
}

int devid_find(const struct sysroot *root, devid_match *match, void *ctx, char ret[PATH_MAX])
{
	_cleanup_closedir_ DIR *dir = sysroot_opendir(root, "/sys/class/block");
	const struct dirent *entry;

	while (dir && (entry = readdir(dir))) {
		char node[PATH_MAX];
		struct devid id;

		if (entry->d_name[0] == '.' || is_empty(root, entry->d_name))
			continue;
		snprintf(node, sizeof(node), "/dev/%s", entry->d_name);
		for (char *p = node; (p = strchr(p, '!')); p++)
			*p = '/'; /* Documentation/admin-guide/sysfs-rules.rst */
		if (devid_read(root, node, &id, NULL) < 0)
			continue;
		id.held = is_held(root, entry->d_name) || is_snapshot(root, entry->d_name);
		if (!match(ctx, node, &id))
			continue;
		if (ret)
			memcpy(ret, node, sizeof(node));
		return 0;
	}
	return -ENOENT;
}
