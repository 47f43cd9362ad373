/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kdump/blockdev.h"
#include "kdump/mounts.h"
#include "kdump/rawtarget.h"
#include "kdump/rootpath.h"
#include "kdump/savedump.h"

static int check_unused(const struct sysroot *root, const struct blockdev *dev, struct err *err)
{
	_cleanup_(mounted_done) struct mounted m = { NULL };
	int r = mounts_of_device(root, dev, &m, err);

	if (r <= 0)
		return r;
	err_set(err, -EBUSY, "%s is mounted at %s, and would be overwritten", dev->node, m.place);
	return err_hint(err, -EBUSY, "Write %s %s to have dumps as files on it.", m.type,
			dev->node);
}

/* The lasting name of a partition, among the links that udev makes. @ret: malloc()ed. */
static int find_uuid(const struct sysroot *root, const struct blockdev *dev, char **ret,
		     struct err *err)
{
	_cleanup_closedir_ DIR *dir = sysroot_opendir(root, RAWTARGET_NAME);
	const struct dirent *entry;

	while (dir && (entry = readdir(dir))) {
		struct rootpath real;
		char path[PATH_MAX];

		snprintf(path, sizeof(path), RAWTARGET_NAME "%s", entry->d_name);
		if (entry->d_name[0] == '.' || rootpath_real(root, path, &real, NULL) < 0 ||
		    strcmp(real.text, dev->node) != 0)
			continue;
		*ret = strdup(entry->d_name);
		return *ret ? 0 : err_oom(err);
	}
	return -ENOENT;
}

int rawtarget_find(const struct sysroot *root, const struct conf *conf, struct target *t,
		   struct err *err)
{
	_cleanup_(blockdev_done) struct blockdev dev = { NULL };
	_cleanup_free_ char *uuid = NULL;
	int r = blockdev_find(root, conf->target, &dev, err);

	if (r < 0)
		return err_prefix(err, r, "raw partition %s not found", conf->target);
	r = check_unused(root, &dev, err);
	if (r == 0)
		r = find_uuid(root, &dev, &uuid, err);
	if (r == -ENOENT) {
		err_set(err, -ENOTSUP, "%s is no partition, and has no lasting name", dev.node);
		return err_hint(err, -ENOTSUP, "Make a partition for dumps on it.");
	}
	if (r < 0)
		return r;
	if (asprintf(&t->name, RAWTARGET_NAME "%s", uuid) < 0) {
		t->name = NULL;
		return err_oom(err);
	}
	t->type = strdup("raw");
	t->device = strdup(dev.node);
	t->sysfs = strdup(dev.sysfs);
	t->inner = strdup("/"); /* there are no folders, but a configuration has a path */
	return t->type && t->device && t->sysfs && t->inner ? 0 : err_oom(err);
}

int rawtarget_warn(const struct sysroot *root, const struct conf *conf, const struct target *t,
		   char **ret, struct err *err)
{
	_cleanup_(blockdev_content_done) struct blockdev_content content = { NULL };
	int n = 0;

	*ret = NULL;
	if (blockdev_probe(root, t->device, &content, NULL) == 0)
		n = asprintf(ret, "Warning: Detected '%s' signature on %s, data loss is expected.",
			     content.type, t->device);
	else if (!savedump_is_makedumpfile(conf->collector.v[0]))
		n = asprintf(ret,
			     "Warning: a dump that %s writes to %s has to be taken from there by "
			     "hand.",
			     conf->collector.v[0], t->device);
	if (n < 0) {
		*ret = NULL;
		return err_oom(err);
	}
	return 0;
}
