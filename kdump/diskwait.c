/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <blkid.h>
#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "kdump/diskwait.h"
#include "kdump/rootpath.h"

enum {
	POLL_MS = 50,
	NOTICE_SECONDS = 5,
};

static bool has_uuid(const char *node, const char *uuid)
{
	blkid_probe probe = blkid_new_probe_from_filename(node);
	const char *found;
	bool same = false;

	if (!probe)
		return false;
	blkid_probe_enable_superblocks(probe, 1);
	blkid_probe_set_superblocks_flags(probe, BLKID_SUBLKS_UUID);
	if (blkid_do_safeprobe(probe) == 0 &&
	    blkid_probe_lookup_value(probe, "UUID", &found, NULL) == 0)
		same = strcasecmp(found, uuid) == 0;
	blkid_free_probe(probe);
	return same;
}

int diskwait_find(const struct sysroot *root, const char *uuid, char ret[static PATH_MAX])
{
	DIR *dir = sysroot_opendir(root, "/sys/class/block");
	struct dirent *entry;
	int r = -ENOENT;

	if (!dir)
		return -ENOENT;
	while (r < 0 && (entry = readdir(dir))) {
		struct rootpath full;
		char node[PATH_MAX];
		uint64_t sectors;

		if (entry->d_name[0] == '.')
			continue;
		snprintf(node, sizeof(node), "/sys/class/block/%s/size", entry->d_name);
		if (sysroot_read_u64(root, node, 10, &sectors, NULL) < 0 || sectors == 0)
			continue;
		snprintf(node, sizeof(node), "/dev/%s", entry->d_name);
		for (char *p = node; (p = strchr(p, '!')); p++)
			*p = '/'; /* Documentation/admin-guide/sysfs-rules.rst */
		if (rootpath_join(root, node, &full, NULL) < 0 || !has_uuid(full.text, uuid))
			continue;
		memcpy(ret, node, sizeof(node));
		r = 0;
	}
	closedir(dir);
	return r;
}

int diskwait(const struct sysroot *root, const char *uuid, unsigned int seconds,
	     diskwait_notice *notice, void *ctx, char ret[static PATH_MAX], struct err *err)
{
	const struct timespec pause = { .tv_nsec = POLL_MS * 1000000L };
	unsigned int said = 0, waited = 0;
	struct timespec start, now;

	clock_gettime(CLOCK_MONOTONIC, &start);
	while (diskwait_find(root, uuid, ret) < 0) {
		if (waited >= seconds)
			return err_set(err, -ETIMEDOUT, "no disk with UUID=%s appeared within %u s",
				       uuid, seconds);
		if (waited >= said + NOTICE_SECONDS) {
			notice(ctx, waited, seconds);
			said = waited;
		}
		nanosleep(&pause, NULL);
		clock_gettime(CLOCK_MONOTONIC, &now);
		waited = (unsigned int)(now.tv_sec - start.tv_sec);
	}
	return 0;
}
