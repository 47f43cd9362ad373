/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "kdump/blockdev.h"
#include "kdump/btrfs.h"
#include "kdump/mountopts.h"
#include "kdump/mounts.h"
#include "kdump/nettarget.h"
#include "kdump/rawtarget.h"
#include "kdump/rootpath.h"
#include "kdump/target.h"
#include "kdump/virtiofs.h"

/* What the capture image can mount by itself. */
static const char *const mountable[] = { "ext2", "ext3", "ext4", "xfs", "btrfs" };

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

/* "A" + "B" as one path without doubled slashes; malloc()ed or NULL. */
static char *join(const char *a, const char *b)
{
	int len = (int)strlen(a);
	char *path;

	while (len > 0 && a[len - 1] == '/')
		len--;
	b += strspn(b, "/");
	if (asprintf(&path, "%.*s%s%s", len, a, *b || len == 0 ? "/" : "", b) < 0)
		return NULL;
	return path;
}

/* What of @path lies behind @folder, which it lies on or below. */
static const char *behind(const char *path, const char *folder)
{
	return path + (strcmp(folder, "/") == 0 ? 0 : strlen(folder));
}

static bool is_btrfs(const char *type)
{
	return strcmp(type, "btrfs") == 0;
}

/*
 * Set the options to mount with. @subvolume: NULL: paths are the file system's own; else gets
 * the name of the subvolume that they are in, malloc()ed, or NULL.
 */
static int set_options(const char *options, const char *type, struct target *t, char **subvolume,
		       struct err *err)
{
	_cleanup_free_ char *named = NULL;
	int r;

	free(t->options);
	t->options = NULL;
	r = mountopts_carry(options, type, &t->options, err);
	if (r == 0 && is_btrfs(type))
		r = mountopts_whole_btrfs(&t->options, !subvolume, &named, err);
	if (r == 0 && subvolume)
		*subvolume = TAKE_PTR(named);
	return r;
}

/* Fill in what a mount tells of a target that it is of. */
static int use_mount(const struct mounted *m, struct target *t, struct err *err)
{
	int r = set_options(m->options, m->type, t, NULL, err);

	if (r < 0)
		return r;
	if (nettarget_is_nfs(m->type))
		return nettarget_use_mount(m, t, err);
	free(t->type);
	t->type = strdup(m->type);
	return t->type ? 0 : err_oom(err);
}

static int use_device(const struct sysroot *root, const struct blockdev *dev, struct target *t,
		      struct err *err)
{
	_cleanup_(blockdev_content_done) struct blockdev_content content = { NULL };
	int r = blockdev_probe(root, dev->node, &content, err);

	if (r < 0)
		return r;
	t->uuid = TAKE_PTR(content.uuid);
	if (!t->type)
		t->type = TAKE_PTR(content.type);
	t->device = strdup(dev->node);
	t->sysfs = strdup(dev->sysfs);
	if (!t->device || !t->sysfs)
		return err_oom(err);
	if (t->uuid && asprintf(&t->name, "UUID=%s", t->uuid) < 0) {
		t->name = NULL;
		return err_oom(err);
	}
	return is_btrfs(t->type) ? btrfs_count_devices(root, dev->node, &t->devices, err) : 0;
}

/* The device that a mount is of, if it is of one. Return: 1; 0; -errno. */
static int device_of(const struct sysroot *root, const struct mounted *m, struct blockdev *ret,
		     struct err *err)
{
	int r;

	/* Major 0 is for file systems without a device, and for btrfs, which may have several. */
	if (major(m->device) != 0)
		r = blockdev_by_number(root, m->device, ret, err);
	else if (strncmp(m->source, "/dev/", 5) == 0)
		r = blockdev_find(root, m->source, ret, err);
	else
		return 0;
	return r < 0 ? r : 1;
}

static bool can_mount(const char *type)
{
	for (size_t i = 0; i < ARRAY_SIZE(mountable); i++)
		if (strcmp(type, mountable[i]) == 0)
			return true;
	return false;
}

/* Is @path a folder? @missing: what to say if it does not exist. */
static int check_folder(const struct sysroot *root, const char *path, const char *missing,
			struct err *err)
{
	struct stat st;
	int r = rootpath_stat(root, path, &st);

	if (r == -ENOENT) {
		err_set(err, r, "%s", missing);
		return err_hint(err, r, "Create it: mkdir -p %s", path);
	}
	if (r < 0)
		return err_errno(err, r, "dump path %s", path);
	return S_ISDIR(st.st_mode) ? 0 : err_errno(err, -ENOTDIR, "dump path %s", path);
}

static int find_by_path(const struct sysroot *root, const struct conf *conf, struct target *t,
			struct err *err)
{
	_cleanup_(mounted_done) struct mounted m = { NULL };
	_cleanup_(blockdev_done) struct blockdev dev = { NULL };
	char missing[PATH_MAX + 64];
	struct rootpath real;
	int r;

	snprintf(missing, sizeof(missing), "Dump path %s does not exist.", conf->path);
	r = check_folder(root, conf->path, missing, err);
	if (r == 0)
		r = rootpath_real(root, conf->path, &real, err);
	if (r == 0)
		r = mounts_of_path(root, real.text, &m, err);
	if (r == 0)
		r = use_mount(&m, t, err);
	if (r < 0)
		return r;
	r = device_of(root, &m, &dev, err);
	if (r > 0)
		r = use_device(root, &dev, t, err);
	if (r < 0 && can_mount(t->type))
		return r;
	if (!t->device && !t->server)
		t->device = strdup(m.source);
	if (virtiofs_is(t->type)) {
		t->name = strdup(m.source);
		if (!t->name)
			return err_oom(err);
	}
	t->inner = join(m.root, behind(real.text, m.place));
	t->folder = strdup(real.text);
	return t->device && t->inner && t->folder ? 0 : err_oom(err);
}

/*
 * Where a folder of a target lies on it. @path: the folder as it is mounted, without links; @m:
 * a mount of the target, which it may leave for another one of it.
 */
static int locate(const struct sysroot *root, const struct conf *conf, const char *path,
		  const struct mounted *m, struct target *t, struct err *err)
{
	_cleanup_(mounted_done) struct mounted of = { NULL };
	int r = mounts_of_path(root, path, &of, err);

	if (r < 0)
		return r;
	if (of.device != m->device || !of.root)
		return err_set(err, -EXDEV,
			       "Dump path \"%s\" leads out of dump target \"%s\", to %s",
			       conf->path, conf->target, path);
	t->inner = join(of.root, behind(path, of.place));
	t->folder = strdup(path);
	return t->inner && t->folder ? 0 : err_oom(err);
}

/*
 * The folder that @conf's path is on a target that is mounted. A subvolume is a root of its own
 * for those who mounted it.
 */
static int find_inside(const struct sysroot *root, const struct conf *conf, const struct mounted *m,
		       struct target *t, struct err *err)
{
	_cleanup_free_ char *path = NULL;
	char missing[2 * PATH_MAX];
	struct rootpath real;
	int r;

	if (rootpath_is_below(conf->path, m->root)) {
		path = join(m->place, behind(conf->path, m->root));
	} else if (is_btrfs(t->type)) {
		path = join(m->place, conf->path);
	} else { /* only another folder of it is mounted */
		t->inner = strdup(conf->path);
		return t->inner ? 0 : err_oom(err);
	}
	if (!path)
		return err_oom(err);
	snprintf(missing, sizeof(missing), "Dump path \"%s\" does not exist in dump target \"%s\"",
		 conf->path, conf->target);
	r = check_folder(root, path, missing, err);
	if (r == 0)
		r = rootpath_real(root, path, &real, err);
	return r < 0 ? r : locate(root, conf, real.text, m, t, err);
}

/*
 * Look for the mount, or the line of fstab, that is of a device; or, if a btrfs is on it and
 * others, of one of those. Return: 1; 0; -errno.
 */
static int look_up(const struct sysroot *root, const struct blockdev *dev, const struct target *t,
		   int (*by_device)(const struct sysroot *root, const struct blockdev *dev,
				    struct mounted *ret, struct err *err),
		   struct mounted *ret, struct err *err)
{
	_cleanup_(strv_done) struct strv devices = { NULL };
	int r = by_device(root, dev, ret, err);

	if (r != 0 || t->devices <= 1)
		return r;
	r = btrfs_list_devices(root, t->uuid, t->devices, &devices, err);
	for (size_t i = 0; r == 0 && i < devices.n; i++) {
		_cleanup_(blockdev_done) struct blockdev other = { NULL };

		r = blockdev_by_sysfs(root, devices.v[i], &other, err);
		if (r == 0)
			r = by_device(root, &other, ret, err);
	}
	return r;
}

/*
 * A target that is not mounted: one that fstab leaves to be mounted by hand is fine. @line: of
 * fstab; NULL: there is none.
 */
static int find_unmounted(const struct conf *conf, const struct mounted *line, struct target *t,
			  struct err *err)
{
	_cleanup_free_ char *subvolume = NULL, *top = NULL;
	int r;

	if (!line || !mounted_has(line, "noauto")) {
		err_set(err, -ENOENT,
			"Dump target \"%s\" is neither mounted nor configured as \"noauto\"",
			conf->target);
		return err_hint(
			err, -ENOENT,
			"Mount it, or give it a line with the option noauto in /etc/fstab.");
	}
	r = set_options(conf->mount_options ? conf->mount_options : line->options, t->type, t,
			&subvolume, err);
	if (r < 0)
		return r;
	top = subvolume ? join("/", subvolume) : strdup("/");
	if (top)
		t->inner = join(top, conf->path);
	return t->inner ? 0 : err_oom(err);
}

static int check_type(const struct conf *conf, const struct target *t, struct err *err)
{
	if (strcmp(conf->target_type, t->type) == 0)
		return 0;
	err_set(err, -EINVAL, "\"%s\" have a wrong type config \"%s\", expected \"%s\"",
		conf->target, conf->target_type, t->type);
	return err_hint(err, -EINVAL, "Write %s %s", t->type, conf->target);
}

static int find_by_device(const struct sysroot *root, const struct conf *conf, struct target *t,
			  struct err *err)
{
	_cleanup_(mounted_done) struct mounted m = { NULL }, line = { NULL };
	_cleanup_(blockdev_done) struct blockdev dev = { NULL };
	int mounted, r = blockdev_find(root, conf->target, &dev, err);

	if (r == 0)
		r = use_device(root, &dev, t, err);
	if (r < 0)
		return r;
	mounted = look_up(root, &dev, t, mounts_of_device, &m, err);
	r = mounted > 0 ? use_mount(&m, t, err) : mounted;
	if (r == 0)
		r = check_type(conf, t, err);
	if (r == 0 && mounted && conf->mount_options)
		r = set_options(conf->mount_options, t->type, t, NULL, err);
	if (r < 0)
		return r;
	if (mounted)
		return find_inside(root, conf, &m, t, err);
	r = look_up(root, &dev, t, mounts_in_fstab, &line, err);
	return r < 0 ? r : find_unmounted(conf, r > 0 ? &line : NULL, t, err);
}

/* A folder of the host's: nothing but a mount tells whether there is one with that tag. */
static int find_shared(const struct sysroot *root, const struct conf *conf, struct target *t,
		       struct err *err)
{
	_cleanup_(mounted_done) struct mounted m = { NULL }, line = { NULL };
	int r = mounts_of_tag(root, VIRTIOFS_TYPE, conf->target, &m, err);
	bool mounted = r > 0;

	if (r < 0)
		return r;
	r = mounted ? use_mount(&m, t, err) : 0;
	if (r == 0 && mounted && conf->mount_options)
		r = set_options(conf->mount_options, t->type, t, NULL, err);
	if (r < 0)
		return r;
	t->device = strdup(conf->target);
	t->name = strdup(conf->target);
	if (!t->type)
		t->type = strdup(VIRTIOFS_TYPE);
	if (!t->device || !t->name || !t->type)
		return err_oom(err);
	if (mounted)
		return find_inside(root, conf, &m, t, err);
	r = mounts_of_tag_in_fstab(root, VIRTIOFS_TYPE, conf->target, &line, err);
	return r < 0 ? r : find_unmounted(conf, r > 0 ? &line : NULL, t, err);
}

/* An export; it need not be mounted now, nor be in fstab. */
static int find_nfs(const struct sysroot *root, const struct conf *conf, struct target *t,
		    struct err *err)
{
	_cleanup_(mounted_done) struct mounted m = { NULL }, line = { NULL };
	int mounted = mounts_of_export(root, conf->target, &m, err), r = mounted;

	if (mounted > 0)
		r = use_mount(&m, t, err);
	else if (r == 0)
		r = mounts_of_export_in_fstab(root, conf->target, &line, err);
	if (mounted == 0 && r >= 0)
		r = nettarget_use_export(conf->target, r > 0 ? line.options : "", t, err);
	if (r == 0 && conf->mount_options)
		r = nettarget_use_options(conf->mount_options, t, err);
	if (r < 0)
		return r;
	if (mounted > 0)
		return find_inside(root, conf, &m, t, err);
	t->inner = strdup(conf->path);
	return t->inner ? 0 : err_oom(err);
}

static int find_named(const struct sysroot *root, const struct conf *conf, struct target *t,
		      struct err *err)
{
	if (nettarget_is_nfs(conf->target_type))
		return find_nfs(root, conf, t, err);
	if (strcmp(conf->target_type, "ssh") == 0)
		return nettarget_use_login(conf->target, conf->path, t, err);
	if (strcmp(conf->target_type, "raw") == 0)
		return rawtarget_find(root, conf, t, err);
	if (virtiofs_is(conf->target_type))
		return find_shared(root, conf, t, err);
	return find_by_device(root, conf, t, err);
}

int target_find(const struct sysroot *root, const struct conf *conf, struct target *ret,
		struct err *err)
{
	_cleanup_(target_done) struct target t = { NULL };
	int r = conf->target ? find_named(root, conf, &t, err) : find_by_path(root, conf, &t, err);

	if (r < 0)
		return conf_blame(conf, conf->target ? conf->target_from : "path", err, r);
	*ret = t;
	t = (struct target){ NULL };
	return 0;
}

int target_check_able(const struct target *target, const struct conf *conf, struct err *err)
{
	if (target->server || strcmp(target->type, "raw") == 0 || virtiofs_is(target->type) ||
	    (can_mount(target->type) && target->uuid))
		return 0;
	err_set(err, -ENOTSUP,
		"dump path %s lies on a file system of type %s, which the capture image cannot "
		"handle",
		conf->path, target->type);
	err_hint(err, -ENOTSUP,
		 "Let 'path' in %s name a folder on ext2, ext3, ext4, xfs, btrfs, virtiofs or NFS.",
		 CONF_PATH);
	return conf_blame(conf, "path", err, -ENOTSUP);
}

void target_done(struct target *target)
{
	free(target->device);
	free(target->type);
	free(target->uuid);
	free(target->inner);
	free(target->sysfs);
	free(target->options);
	free(target->folder);
	free(target->name);
	free(target->server);
	free(target->address);
	free(target->network);
	*target = (struct target){ NULL };
}
