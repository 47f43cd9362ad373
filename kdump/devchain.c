/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/array.h"

#include "kdump/devchain.h"
#include "kdump/rootpath.h"

#define DEVICES "/sys/devices/"

enum { MODALIAS_MAX = 4096 }; /* bytes of a modalias file: a page */

/* Devices that do not appear by themselves once their drivers are there. */
static const struct {
	const char *pattern; /* of the folder in sysfs */
	const char *what;
} unhandled[] = {
	{ DEVICES "virtual/block/loop*", "a loop device" },
	{ DEVICES "virtual/block/bcache*", "bcache" },
	{ DEVICES "virtual/block/nbd*", "a network block device" },
	{ DEVICES "virtual/block/drbd*", "DRBD" },
	{ DEVICES "virtual/block/*", "a virtual block device" },
	{ DEVICES "virtual/nvme-fabrics/*", "NVMe over fabrics" },
	{ DEVICES "*/session[0-9]*/target*", "iSCSI" },
	{ DEVICES "*/net/*/ctlr_[0-9]*/host*", "FCoE" },
	{ DEVICES "rbd/*", "Ceph RBD" },
};

static int check_handled(const char *sysfs, struct err *err)
{
	for (size_t i = 0; i < ARRAY_SIZE(unhandled); i++) {
		if (fnmatch(unhandled[i].pattern, sysfs, 0) != 0)
			continue;
		return err_set(err, -ENOTSUP,
			       "the dump target's device %s is %s, which the capture image "
			       "cannot handle",
			       strrchr(sysfs, '/') + 1, unhandled[i].what);
	}
	return 0;
}

/* Last part of where the link @name in @dir leads; NULL if there is no such link. */
static int link_name(const struct sysroot *root, const char *dir, const char *name, char **ret,
		     struct err *err)
{
	char path[PATH_MAX];
	struct rootpath real;
	int n = snprintf(path, sizeof(path), "%s/%s", dir, name);

	*ret = NULL;
	if (n < 0 || (size_t)n >= sizeof(path) || rootpath_real(root, path, &real, NULL) < 0)
		return 0;
	*ret = strdup(strrchr(real.text, '/') + 1);
	return *ret ? 0 : err_oom(err);
}

static int read_alias(const struct sysroot *root, const char *dir, char **ret, struct err *err)
{
	char path[PATH_MAX];
	int n = snprintf(path, sizeof(path), "%s/modalias", dir), r;

	*ret = NULL;
	if (n < 0 || (size_t)n >= sizeof(path))
		return err_errno(err, -ENAMETOOLONG, "%s", dir);
	r = sysroot_read(root, path, MODALIAS_MAX, ret, NULL, err);
	if (r == -ENOENT)
		return 0;
	if (r == 0)
		(*ret)[strcspn(*ret, "\n")] = '\0';
	return r;
}

static void devlink_done(struct devlink *link)
{
	free(link->driver);
	free(link->module);
	free(link->alias);
	*link = (struct devlink){ NULL };
}

/* Append a link, whose strings pass on in any case. */
static int append(struct devchain *chain, struct devlink *link)
{
	if (array_reserve(&chain->v, &chain->capacity, chain->n + 1, sizeof(*chain->v)) < 0) {
		devlink_done(link);
		return -ENOMEM;
	}
	chain->v[chain->n++] = *link;
	*link = (struct devlink){ NULL };
	return 0;
}

int devchain_add_module(struct devchain *chain, const char *module)
{
	struct devlink link = { .driver = strdup(module), .module = strdup(module) };

	if (link.driver && link.module)
		return append(chain, &link);
	devlink_done(&link);
	return -ENOMEM;
}

static int visit(const struct sysroot *root, const char *dir, struct devchain *chain,
		 struct err *err)
{
	_cleanup_(devlink_done) struct devlink link = { NULL };
	int r = link_name(root, dir, "driver", &link.driver, err);

	if (r < 0 || !link.driver)
		return r;
	r = link_name(root, dir, "driver/module", &link.module, err);
	if (r == 0)
		r = read_alias(root, dir, &link.alias, err);
	if (r < 0)
		return r;
	return append(chain, &link) < 0 ? err_oom(err) : 0;
}

static int walk_up(const struct sysroot *root, const char *sysfs, struct devchain *chain,
		   struct err *err)
{
	char dir[PATH_MAX];
	int r = 0;

	if (strlen(sysfs) >= sizeof(dir) || strncmp(sysfs, DEVICES, strlen(DEVICES)) != 0)
		return err_set(err, -EINVAL, "%s is no device in sysfs", sysfs);
	memcpy(dir, sysfs, strlen(sysfs) + 1);
	while (r == 0 && strlen(dir) > strlen(DEVICES)) {
		r = visit(root, dir, chain, err);
		*strrchr(dir, '/') = '\0';
	}
	return r;
}

/*
 * A name space of a multipath NVMe subsystem hangs below the subsystem, a virtual device
 * that links to its controllers (drivers/nvme/host/core.c: nvme_init_subsystem()).
 */
static int walk_nvme_controllers(const struct sysroot *root, const char *sysfs,
				 struct devchain *chain, struct err *err)
{
	_cleanup_free_ char *dir = NULL;
	struct dirent *entry;
	int r = 0;
	DIR *d;

	dir = strndup(sysfs, (size_t)(strrchr(sysfs, '/') - sysfs));
	if (!dir)
		return err_oom(err);
	d = sysroot_opendir(root, dir);
	if (!d)
		return err_errno(err, -errno, "cannot read %s", dir);
	while (r == 0 && (entry = readdir(d))) {
		char path[PATH_MAX];
		struct rootpath real;

		if (fnmatch("nvme[0-9]*", entry->d_name, 0) != 0 ||
		    strchr(entry->d_name, 'n') != strrchr(entry->d_name, 'n'))
			continue;
		snprintf(path, sizeof(path), "%s/%s", dir, entry->d_name);
		r = rootpath_real(root, path, &real, err);
		if (r == 0)
			r = check_handled(real.text, err);
		if (r == 0)
			r = walk_up(root, real.text, chain, err);
	}
	closedir(d);
	return r;
}

int devchain_walk(const struct sysroot *root, const char *sysfs, struct devchain *ret,
		  struct err *err)
{
	static const char subsystem[] = DEVICES "virtual/nvme-subsystem/";
	_cleanup_free_ char *disk = NULL;
	const char *end;
	int r = check_handled(sysfs, err);

	if (r < 0)
		return r;
	if (strncmp(sysfs, subsystem, sizeof(subsystem) - 1) != 0)
		return walk_up(root, sysfs, ret, err);
	/* Cut to the disk: SUBSYSTEM/DISK, where a partition is SUBSYSTEM/DISK/PARTITION. */
	end = strchr(sysfs + sizeof(subsystem) - 1, '/');
	if (!end)
		return err_set(err, -EINVAL, "%s is no block device", sysfs);
	disk = strndup(sysfs, (size_t)(end + 1 - sysfs) + strcspn(end + 1, "/"));
	if (!disk)
		return err_oom(err);
	return walk_nvme_controllers(root, disk, ret, err);
}

void devchain_done(struct devchain *chain)
{
	for (size_t i = 0; i < chain->n; i++)
		devlink_done(&chain->v[i]);
	free(chain->v);
	*chain = (struct devchain){ NULL };
}
