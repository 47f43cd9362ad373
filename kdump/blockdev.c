/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <blkid.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>

#include "kdump/blockdev.h"
#include "kdump/devid.h"
#include "kdump/rootpath.h"

enum { UEVENT_MAX = 4096 }; /* bytes of a uevent file: a page */

/* Where a line "KEY=value" of a uevent file has its value; NULL if there is none. */
static const char *uevent_value(const char *text, const char *key)
{
	size_t len = strlen(key);

	while (strncmp(text, key, len) != 0 || text[len] != '=') {
		text = strchr(text, '\n');
		if (!text)
			return NULL;
		text++;
	}
	return text + len + 1;
}

int blockdev_by_sysfs(const struct sysroot *root, const char *path, struct blockdev *ret,
		      struct err *err)
{
	_cleanup_(blockdev_done) struct blockdev dev = { NULL };
	_cleanup_free_ char *uevent = NULL;
	const char *name, *major_text, *minor_text;
	char file[PATH_MAX];
	struct rootpath real;
	int r = rootpath_real(root, path, &real, err);

	if (r < 0)
		return r;
	snprintf(file, sizeof(file), "%s/uevent", path);
	r = sysroot_read(root, file, UEVENT_MAX, &uevent, NULL, err);
	if (r < 0)
		return r;
	name = uevent_value(uevent, "DEVNAME");
	major_text = uevent_value(uevent, "MAJOR");
	minor_text = uevent_value(uevent, "MINOR");
	if (!name || !major_text || !minor_text)
		return err_set(err, -EINVAL, "%s: no DEVNAME, MAJOR and MINOR", file);
	dev.number = makedev((unsigned int)strtoul(major_text, NULL, 10),
			     (unsigned int)strtoul(minor_text, NULL, 10));
	dev.sysfs = strdup(real.text);
	if (asprintf(&dev.node, "/dev/%.*s", (int)strcspn(name, "\n"), name) < 0)
		dev.node = NULL;
	if (!dev.sysfs || !dev.node)
		return err_oom(err);
	*ret = dev;
	dev = (struct blockdev){ NULL };
	return 0;
}

int blockdev_by_number(const struct sysroot *root, dev_t number, struct blockdev *ret,
		       struct err *err)
{
	char path[64];
	int r;

	snprintf(path, sizeof(path), "/sys/dev/block/%u:%u", major(number), minor(number));
	r = blockdev_by_sysfs(root, path, ret, err);
	return r < 0 ? err_prefix(err, r, "block device %u:%u", major(number), minor(number)) : 0;
}

/* The link that udev makes for "TAG=value", or @name as it is (systemd, udev(7)). */
static int link_of(const char *name, char ret[static PATH_MAX], struct err *err)
{
	static const struct {
		const char *tag;
		const char *folder;
	} tags[] = {
		{ "UUID=", "by-uuid" },
		{ "LABEL=", "by-label" },
		{ "PARTUUID=", "by-partuuid" },
		{ "PARTLABEL=", "by-partlabel" },
	};
	char encoded[PATH_MAX / 2];

	for (size_t i = 0; i < ARRAY_SIZE(tags); i++) {
		size_t len = strlen(tags[i].tag);

		if (strncmp(name, tags[i].tag, len) != 0)
			continue;
		if (blkid_encode_string(name + len, encoded, sizeof(encoded)) < 0)
			return err_errno(err, -ENAMETOOLONG, "%.80s...", name);
		snprintf(ret, PATH_MAX, "/dev/disk/%s/%s", tags[i].folder, encoded);
		return 0;
	}
	if (strlen(name) >= PATH_MAX)
		return err_errno(err, -ENAMETOOLONG, "%.80s...", name);
	snprintf(ret, PATH_MAX, "%s", name);
	return 0;
}

int blockdev_find(const struct sysroot *root, const char *name, struct blockdev *ret,
		  struct err *err)
{
	static const char dev[] = "/dev/";
	char link[PATH_MAX], class[sizeof(((struct rootpath *)0)->text) + 32];
	struct rootpath real;
	int r = link_of(name, link, err);

	if (r == 0)
		r = rootpath_real(root, link, &real, err);
	if (r == -ENOENT) {
		err_set(err, r, "there is no device %s", name);
		return err_hint(err, r, "lsblk -f lists those that there are.");
	}
	if (r < 0)
		return r;
	if (strncmp(real.text, dev, strlen(dev)) == 0) {
		/* In sysfs '!' stands for the '/' in names like cciss/c0d0. */
		snprintf(class, sizeof(class), "/sys/class/block/%s", real.text + strlen(dev));
		for (char *p = class + strlen("/sys/class/block/"); (p = strchr(p, '/'));)
			*p = '!';
		r = blockdev_by_sysfs(root, class, ret, err);
	} else {
		r = -ENOENT;
	}
	return r == -ENOENT ? err_set(err, -ENOTBLK, "%s is not a block device", name) : r;
}

int blockdev_probe(const struct sysroot *root, const char *node, struct blockdev_content *ret,
		   struct err *err)
{
	struct blockdev_content content = { NULL };
	struct devid id;
	int r = devid_read(root, node, &id, err);

	if (r < 0)
		return r;
	if (!id.type[0])
		return err_set(err, -ENOENT, "%s: no file system is on it", node);
	if (!id.uuid[0]) {
		err_set(err, -ENOENT, "%s: the %s file system on it has no UUID", node, id.type);
		return err_hint(err, -ENOENT,
				"The capture kernel could not tell it from others; use one that "
				"has, such as ext4 or xfs.");
	}
	content.type = strdup(id.type);
	content.uuid = strdup(id.uuid);
	if (!content.type || !content.uuid) {
		blockdev_content_done(&content);
		return err_oom(err);
	}
	*ret = content;
	return 0;
}

void blockdev_done(struct blockdev *dev)
{
	free(dev->node);
	free(dev->sysfs);
	*dev = (struct blockdev){ NULL };
}

void blockdev_content_done(struct blockdev_content *content)
{
	free(content->type);
	free(content->uuid);
	*content = (struct blockdev_content){ NULL };
}
