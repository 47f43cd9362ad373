/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <blkid.h>
#include <errno.h>
#include <libmount.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "kdump/conf.h"
#include "kdump/rootpath.h"
#include "kdump/target.h"

#define MOUNTINFO "/proc/self/mountinfo"

enum { UEVENT_MAX = 4096 }; /* bytes of a uevent file: a page */

/* What the capture image can mount by itself. */
static const char *const mountable[] = { "ext2", "ext3", "ext4", "xfs" };

static void unref_table(struct libmnt_table **table)
{
	mnt_unref_table(*table);
}

static void free_probe(blkid_probe *probe)
{
	blkid_free_probe(*probe);
}

int target_make_default(const struct sysroot *root, const char *path, struct err *err)
{
	struct rootpath full;
	int r;

	if (strcmp(path, CONF_DEFAULT_PATH) != 0 || rootpath_exists(root, path))
		return 0;
	r = rootpath_join(root, path, &full, err);
	if (r < 0)
		return r;
	if (mkdir(full.text, 0755) < 0 && errno != EEXIST)
		return err_errno(err, -errno, "cannot create the dump path %s", path);
	return 0;
}

static int check_folder(const struct sysroot *root, const char *path, struct err *err)
{
	struct stat st;
	int r = rootpath_stat(root, path, &st);

	if (r == -ENOENT) {
		err_set(err, r, "Dump path %s does not exist.", path);
		return err_hint(err, r, "Create it: mkdir -p %s", path);
	}
	if (r < 0)
		return err_errno(err, r, "dump path %s", path);
	return S_ISDIR(st.st_mode) ? 0 : err_errno(err, -ENOTDIR, "dump path %s", path);
}

/* "A" + "B" as one path without doubled slashes; malloc()ed or NULL. */
static char *join(const char *a, const char *b)
{
	char *path;

	b += strspn(b, "/");
	if (asprintf(&path, "%s%s%s", strcmp(a, "/") == 0 ? "" : a, *b || !a[1] ? "/" : "", b) < 0)
		return NULL;
	return path;
}

static int check_type(const char *type, const char *path, struct err *err)
{
	for (size_t i = 0; i < ARRAY_SIZE(mountable); i++)
		if (strcmp(type, mountable[i]) == 0)
			return 0;
	err_set(err, -ENOTSUP,
		"dump path %s lies on a file system of type %s, which the capture "
		"image cannot handle",
		path, type);
	return err_hint(err, -ENOTSUP, "Let 'path' in %s name a folder on ext2, ext3, ext4 or xfs.",
			CONF_PATH);
}

/* Does @path lie on or below @mount_point? */
static bool is_below(const char *path, const char *mount_point)
{
	size_t len = strlen(mount_point);

	if (strcmp(mount_point, "/") == 0)
		return true;
	return strncmp(path, mount_point, len) == 0 && (path[len] == '/' || path[len] == '\0');
}

/* The mount that @path lies on: the deepest, and of several there the topmost. */
static struct libmnt_fs *find_mount(struct libmnt_table *table, const char *path)
{
	struct libmnt_iter *iter = mnt_new_iter(MNT_ITER_FORWARD);
	struct libmnt_fs *fs, *best = NULL;

	while (iter && mnt_table_next_fs(table, iter, &fs) == 0) {
		const char *place = mnt_fs_get_target(fs);

		if (place && is_below(path, place) &&
		    (!best || strlen(place) >= strlen(mnt_fs_get_target(best))))
			best = fs;
	}
	mnt_free_iter(iter);
	return best;
}

/* Fill in what the mount table knows. @ret_dev: number of the block device. */
static int read_mount(const struct sysroot *root, const char *path, struct target *t,
		      dev_t *ret_dev, struct err *err)
{
	_cleanup_(unref_table) struct libmnt_table *table = NULL;
	struct libmnt_fs *fs;
	struct rootpath full, real;
	const char *mount_point;
	int r = rootpath_real(root, path, &real, err);

	if (r == 0)
		r = rootpath_join(root, MOUNTINFO, &full, err);
	if (r < 0)
		return r;
	table = mnt_new_table_from_file(full.text);
	if (!table)
		return err_errno(err, errno ? -errno : -EIO, "cannot read %s", MOUNTINFO);
	fs = find_mount(table, real.text);
	if (!fs || !mnt_fs_get_fstype(fs) || !mnt_fs_get_root(fs))
		return err_set(err, -ENOENT, "%s does not tell what %s is mounted from", MOUNTINFO,
			       path);
	r = check_type(mnt_fs_get_fstype(fs), path, err);
	if (r < 0)
		return r;
	mount_point = mnt_fs_get_target(fs);
	t->type = strdup(mnt_fs_get_fstype(fs));
	t->inner = join(mnt_fs_get_root(fs),
			real.text + (strcmp(mount_point, "/") == 0 ? 0 : strlen(mount_point)));
	*ret_dev = mnt_fs_get_devno(fs);
	return t->type && t->inner ? 0 : err_oom(err);
}

/* The device's folder in sysfs, and its node's name from the uevent file there. */
static int read_device(const struct sysroot *root, dev_t dev, struct target *t, struct err *err)
{
	_cleanup_free_ char *uevent = NULL;
	char path[PATH_MAX], *name;
	struct rootpath real;
	int r;

	snprintf(path, sizeof(path), "/sys/dev/block/%u:%u", major(dev), minor(dev));
	r = rootpath_real(root, path, &real, err);
	if (r < 0)
		return err_prefix(err, r, "block device %u:%u", major(dev), minor(dev));
	snprintf(path, sizeof(path), "/sys/dev/block/%u:%u/uevent", major(dev), minor(dev));
	r = sysroot_read(root, path, UEVENT_MAX, &uevent, NULL, err);
	if (r < 0)
		return r;
	name = strstr(uevent, "DEVNAME=");
	if (!name)
		return err_set(err, -EINVAL, "%s: no DEVNAME", path);
	name += strlen("DEVNAME=");
	name[strcspn(name, "\n")] = '\0';
	t->sysfs = strdup(real.text);
	if (asprintf(&t->device, "/dev/%s", name) < 0)
		t->device = NULL;
	return t->sysfs && t->device ? 0 : err_oom(err);
}

static int read_uuid(const struct sysroot *root, struct target *t, struct err *err)
{
	_cleanup_(free_probe) blkid_probe probe = NULL;
	const char *uuid;
	struct rootpath full;
	int r = rootpath_join(root, t->device, &full, err);

	if (r < 0)
		return r;
	errno = 0;
	probe = blkid_new_probe_from_filename(full.text);
	if (!probe)
		return err_errno(err, errno ? -errno : -EIO, "cannot open %s", t->device);
	blkid_probe_enable_superblocks(probe, 1);
	blkid_probe_set_superblocks_flags(probe, BLKID_SUBLKS_UUID | BLKID_SUBLKS_TYPE);
	if (blkid_do_safeprobe(probe) != 0 ||
	    blkid_probe_lookup_value(probe, "UUID", &uuid, NULL) != 0)
		return err_set(err, -ENOENT, "%s: the %s file system on it has no UUID", t->device,
			       t->type);
	t->uuid = strdup(uuid);
	return t->uuid ? 0 : err_oom(err);
}

int target_resolve(const struct sysroot *root, const char *path, struct target *ret,
		   struct err *err)
{
	_cleanup_(target_done) struct target t = { NULL };
	dev_t dev = 0;
	int r = check_folder(root, path, err);

	if (r == 0)
		r = read_mount(root, path, &t, &dev, err);
	if (r == 0)
		r = read_device(root, dev, &t, err);
	if (r == 0)
		r = read_uuid(root, &t, err);
	if (r < 0)
		return r;
	*ret = t;
	t = (struct target){ NULL };
	return 0;
}

void target_done(struct target *target)
{
	free(target->device);
	free(target->type);
	free(target->uuid);
	free(target->inner);
	free(target->sysfs);
	*target = (struct target){ NULL };
}
