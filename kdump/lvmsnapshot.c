/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "lib/bytes.h"

#include "kdump/console.h"
#include "kdump/devid.h"
#include "kdump/lvmsnapshot.h"
#include "kdump/rootpath.h"

/* The header: the first sector of a store (drivers/md/dm-snap-persistent.c, struct disk_header). */
enum {
	SECTOR = 512,
	HEADER_MAGIC = 0x70416e53, /* "SnAp" */
	HEADER_VERSION = 1,
	VALID_AT = 4,
	VERSION_AT = 8,
};

int lvmsnapshot_invalidate(const struct sysroot *root, const char *node, uint64_t sector,
			   struct err *err)
{
	uint8_t header[SECTOR];
	const struct bytes b = { header, sizeof(header) };
	_cleanup_close_ int fd = -1;
	uint32_t magic, valid, version;
	struct rootpath full;
	off_t at = (off_t)(sector * SECTOR);
	int r = rootpath_join(root, node, &full, err);

	if (r < 0)
		return r;
	if (sector > INT64_MAX / SECTOR)
		return err_set(err, -EBADMSG, "no disk has a sector %" PRIu64, sector);
	fd = open(full.text, O_RDWR | O_CLOEXEC);
	if (fd < 0)
		return err_errno(err, -errno, "cannot open %s", node);
	if (pread(fd, header, sizeof(header), at) != (ssize_t)sizeof(header) ||
	    !bytes_le32(b, 0, &magic) || !bytes_le32(b, VALID_AT, &valid) ||
	    !bytes_le32(b, VERSION_AT, &version) || magic != HEADER_MAGIC ||
	    version != HEADER_VERSION)
		return err_set(err, -EBADMSG, "%s has no store of a snapshot at sector %" PRIu64,
			       node, sector);
	if (valid == 0)
		return 0;
	put_le(&header[VALID_AT], 4, 0);
	if (pwrite(fd, header, sizeof(header), at) != (ssize_t)sizeof(header) || fsync(fd) < 0)
		return err_errno(err, errno ? -errno : -EIO, "cannot write to %s", node);
	return 1;
}

static bool is_disk(void *ctx, const char *node _unused_, const struct devid *id)
{
	return strcmp(id->type, "LVM2_member") == 0 && strcasecmp(id->uuid, ctx) == 0;
}

/* Its store may be in pieces; the header is where the first of them begins. */
static int invalidate(const struct sysroot *root, const struct lvmvolume_snapshot *snapshot,
		      struct err *err)
{
	const struct dmtable *store = &snapshot->store;
	const char *place = store->n > 0 ? strchr(store->v[0].params, '@') : NULL;
	char node[PATH_MAX], uuid[DEVID_MAX];
	uint64_t sector;

	if (!place || sscanf(place, "@UUID=%63s %" SCNu64, uuid, &sector) != 2)
		return err_set(err, -ENOTSUP, "where its store lies is not understood");
	if (devid_find(root, is_disk, uuid, node) < 0)
		return err_set(err, -ENODEV, "its disk %s is not there", uuid);
	return lvmsnapshot_invalidate(root, node, sector, err);
}

void lvmsnapshot_give_up(const struct sysroot *root, const struct lvmvolume *volume)
{
	struct lvmvolume_snapshots list = { NULL };
	struct err err = ERR_INIT;

	if (lvmvolume_snapshots(volume, &list, &err) < 0)
		console_error(&err);
	for (size_t i = 0; i < list.n; i++) {
		const char *name = list.v[i].name;
		int r = invalidate(root, &list.v[i], &err);

		if (r > 0)
			console_say(
				"LVM snapshot %s is given up for the dump, and marked as invalid",
				name);
		if (r < 0)
			console_say(
				"LVM snapshot %s is given up for the dump, but cannot be marked as "
				"invalid: %s. Remove it, and merge it nowhere.",
				name, err.text);
	}
	lvmvolume_snapshots_done(&list);
}
