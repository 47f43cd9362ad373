/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <libmount.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>

#include "kdump/mounts.h"
#include "kdump/rootpath.h"

#define MOUNTINFO "/proc/self/mountinfo"
#define FSTAB     "/etc/fstab"

static void unref_table(struct libmnt_table **table)
{
	mnt_unref_table(*table);
}

static void free_iter(struct libmnt_iter **iter)
{
	mnt_free_iter(*iter);
}

static int read_table(const struct sysroot *root, const char *path, struct libmnt_table **ret,
		      struct libmnt_iter **ret_iter, struct err *err)
{
	struct rootpath full;
	int r = rootpath_join(root, path, &full, err);

	if (r < 0)
		return r;
	errno = 0;
	*ret = mnt_new_table_from_file(full.text);
	if (!*ret)
		return err_errno(err, errno ? -errno : -EIO, "cannot read %s", path);
	*ret_iter = mnt_new_iter(MNT_ITER_FORWARD);
	return *ret_iter ? 0 : err_oom(err);
}

static char *copy(const char *text)
{
	return strdup(text ? text : "");
}

static int take(struct libmnt_fs *fs, struct mounted *ret, struct err *err)
{
	const char *fs_options = mnt_fs_get_fs_options(fs);
	struct mounted m = {
		.source = copy(mnt_fs_get_source(fs)),
		.type = copy(mnt_fs_get_fstype(fs)),
		.root = mnt_fs_get_root(fs) ? strdup(mnt_fs_get_root(fs)) : NULL,
		.place = copy(mnt_fs_get_target(fs)),
		.options = copy(mnt_fs_get_root(fs) ? fs_options : mnt_fs_get_options(fs)),
		.device = mnt_fs_get_devno(fs),
	};

	if (!m.source || !m.type || (!m.root && mnt_fs_get_root(fs)) || !m.place || !m.options) {
		mounted_done(&m);
		return err_oom(err);
	}
	*ret = m;
	return 0;
}

int mounts_of_path(const struct sysroot *root, const char *path, struct mounted *ret,
		   struct err *err)
{
	_cleanup_(unref_table) struct libmnt_table *table = NULL;
	_cleanup_(free_iter) struct libmnt_iter *iter = NULL;
	struct libmnt_fs *fs, *best = NULL;
	int r = read_table(root, MOUNTINFO, &table, &iter, err);

	/* The deepest, and of several there the topmost. */
	while (r == 0 && mnt_table_next_fs(table, iter, &fs) == 0) {
		const char *place = mnt_fs_get_target(fs);

		if (place && rootpath_is_below(path, place) &&
		    (!best || strlen(place) >= strlen(mnt_fs_get_target(best))))
			best = fs;
	}
	if (r < 0)
		return r;
	if (!best || !mnt_fs_get_root(best))
		return err_set(err, -ENOENT, "%s does not tell what %s is mounted from", MOUNTINFO,
			       path);
	return take(best, ret, err);
}

/* btrfs has numbers of its own, which are no device's; and its source may be a link. */
static bool is_of_device(const struct sysroot *root, struct libmnt_fs *fs,
			 const struct blockdev *dev)
{
	_cleanup_(blockdev_done) struct blockdev of = { NULL };
	const char *source = mnt_fs_get_source(fs);

	if (major(mnt_fs_get_devno(fs)) != 0)
		return mnt_fs_get_devno(fs) == dev->number;
	if (!source || strncmp(source, "/dev/", 5) != 0)
		return false;
	return strcmp(source, dev->node) == 0 ||
	       (blockdev_find(root, source, &of, NULL) == 0 && of.number == dev->number);
}

int mounts_of_device(const struct sysroot *root, const struct blockdev *dev, struct mounted *ret,
		     struct err *err)
{
	_cleanup_(unref_table) struct libmnt_table *table = NULL;
	_cleanup_(free_iter) struct libmnt_iter *iter = NULL;
	struct libmnt_fs *fs, *best = NULL;
	int r = read_table(root, MOUNTINFO, &table, &iter, err);

	while (r == 0 && mnt_table_next_fs(table, iter, &fs) == 0) {
		const char *folder = mnt_fs_get_root(fs);

		if (!folder || !mnt_fs_get_target(fs) || !is_of_device(root, fs, dev))
			continue;
		if (!best || (strcmp(folder, "/") == 0 && strcmp(mnt_fs_get_root(best), "/") != 0))
			best = fs;
	}
	if (r < 0 || !best)
		return r;
	r = take(best, ret, err);
	return r < 0 ? r : 1;
}

int mounts_in_fstab(const struct sysroot *root, const struct blockdev *dev, struct mounted *ret,
		    struct err *err)
{
	_cleanup_(unref_table) struct libmnt_table *table = NULL;
	_cleanup_(free_iter) struct libmnt_iter *iter = NULL;
	struct libmnt_fs *fs;
	int r;

	if (!rootpath_exists(root, FSTAB))
		return 0;
	r = read_table(root, FSTAB, &table, &iter, err);
	while (r == 0 && mnt_table_next_fs(table, iter, &fs) == 0) {
		_cleanup_(blockdev_done) struct blockdev other = { NULL };
		const char *source = mnt_fs_get_source(fs);

		if (!source || blockdev_find(root, source, &other, NULL) < 0 ||
		    other.number != dev->number)
			continue;
		r = take(fs, ret, err);
		return r < 0 ? r : 1;
	}
	return r;
}

static size_t without_slash(const char *text)
{
	size_t len = strlen(text);

	return len > 0 && text[len - 1] == '/' ? len - 1 : len;
}

/* @kind: what the type begins with. */
static int find_source(const struct sysroot *root, const char *path, const char *kind,
		       const char *source, struct mounted *ret, struct err *err)
{
	_cleanup_(unref_table) struct libmnt_table *table = NULL;
	_cleanup_(free_iter) struct libmnt_iter *iter = NULL;
	struct libmnt_fs *fs;
	int r = read_table(root, path, &table, &iter, err);

	while (r == 0 && mnt_table_next_fs(table, iter, &fs) == 0) {
		const char *other = mnt_fs_get_source(fs), *type = mnt_fs_get_fstype(fs);

		if (!other || !type || strncmp(type, kind, strlen(kind)) != 0 ||
		    without_slash(other) != without_slash(source) ||
		    strncmp(other, source, without_slash(source)) != 0)
			continue;
		r = take(fs, ret, err);
		return r < 0 ? r : 1;
	}
	return r;
}

int mounts_of_export(const struct sysroot *root, const char *source, struct mounted *ret,
		     struct err *err)
{
	return find_source(root, MOUNTINFO, "nfs", source, ret, err);
}

int mounts_of_export_in_fstab(const struct sysroot *root, const char *source, struct mounted *ret,
			      struct err *err)
{
	return rootpath_exists(root, FSTAB) ? find_source(root, FSTAB, "nfs", source, ret, err) : 0;
}

int mounts_of_tag(const struct sysroot *root, const char *type, const char *tag,
		  struct mounted *ret, struct err *err)
{
	return find_source(root, MOUNTINFO, type, tag, ret, err);
}

int mounts_of_tag_in_fstab(const struct sysroot *root, const char *type, const char *tag,
			   struct mounted *ret, struct err *err)
{
	return rootpath_exists(root, FSTAB) ? find_source(root, FSTAB, type, tag, ret, err) : 0;
}

bool mounted_has(const struct mounted *m, const char *name)
{
	return mnt_optstr_get_option(m->options, name, NULL, NULL) == 0;
}

void mounted_done(struct mounted *m)
{
	free(m->source);
	free(m->type);
	free(m->root);
	free(m->place);
	free(m->options);
	*m = (struct mounted){ NULL };
}
