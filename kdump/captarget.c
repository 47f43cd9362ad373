/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

#include "lib/sysroot.h"

#include "kdump/capnet.h"
#include "kdump/capnfs.h"
#include "kdump/assemble.h"
#include "kdump/captarget.h"
#include "kdump/console.h"
#include "kdump/diskwait.h"
#include "kdump/dumpname.h"
#include "kdump/entropy.h"
#include "kdump/foldersink.h"
#include "kdump/layout.h"
#include "kdump/rawsink.h"
#include "kdump/rawtarget.h"
#include "kdump/sshsink.h"
#include "kdump/virtiofs.h"
#include "kdump/vmcore.h"

/* Seconds that each step may take; after that the guard does what failure_action says. */
enum {
	DISK_SECONDS = 60, /* until the target's disk is there */
	DISK_GUARD_SECONDS = 90,
	MOUNT_SECONDS = 300,                /* replaying a journal takes time */
	END_SECONDS = CAPNFS_GUARD_SECONDS, /* last sync and unmounting */
};

static int mount_device(const struct conf *conf, const char *device, const char *options)
{
	return mount(device, LAYOUT_MOUNT_POINT, conf->target_type, MS_NOATIME, options);
}

/* The options without which paths would lead elsewhere; mountopts_whole_btrfs() has them last. */
static const char *needed_options(const struct conf *conf)
{
	return strcmp(conf->target_type, "btrfs") == 0 && conf->mount_options
		       ? strstr(conf->mount_options, "subvolid=")
		       : NULL;
}

/* A btrfs on several devices wants to be asked for it if some are missing. */
static bool mount_degraded(const struct conf *conf, const char *device)
{
	const char *needed = needed_options(conf);
	int error = errno;
	char options[64];

	if (strcmp(conf->target_type, "btrfs") != 0)
		return false;
	snprintf(options, sizeof(options), "degraded%s%s", needed ? "," : "", needed ? needed : "");
	if (mount_device(conf, device, options) == 0) {
		console_say("mounted %s without the devices that are missing", device);
		return true;
	}
	errno = error;
	return false;
}

/* Without options, rather than not at all. */
static int mount_somehow(const struct conf *conf, const char *device, struct err *err)
{
	if (conf->mount_options) {
		if (mount_device(conf, device, conf->mount_options) == 0)
			return 0;
		console_say("cannot mount %s with %s: %s; trying without", device,
			    conf->mount_options, strerror(errno));
	}
	if (mount_device(conf, device, needed_options(conf)) == 0 || mount_degraded(conf, device))
		return 0;
	return err_errno(err, -errno, "cannot mount %s (%s)", device, conf->target_type);
}

static int find_device(const struct conf *conf, const struct guard *guard,
		       char ret[static PATH_MAX], struct err *err)
{
	static const struct sysroot here = { .dir = "" };
	static const char key[] = "UUID=";
	const char *uuid;
	int r;

	if (!conf->target || strncmp(conf->target, key, strlen(key)) != 0)
		return err_set(err, -EINVAL, "%s names no target by UUID", CONF_PATH);
	uuid = conf->target + strlen(key);
	r = assemble(&here, uuid, guard, err);
	if (r < 0)
		return r;
	guard_step(guard, "waiting for the disk", DISK_GUARD_SECONDS);
	return diskwait_uuid(&here, uuid, DISK_SECONDS, ret, err);
}

/* Let dumps go into the configuration's folder on what is mounted. */
static int use_folder(const struct conf *conf, const char *host, struct sink *ret, struct err *err)
{
	char folder[PATH_MAX];

	if ((size_t)snprintf(folder, sizeof(folder), "%s%s", LAYOUT_MOUNT_POINT,
			     strcmp(conf->path, "/") == 0 ? "" : conf->path) >= sizeof(folder))
		return err_errno(err, -ENAMETOOLONG, "%s", conf->path);
	return foldersink(folder, host, ret, err);
}

static int open_disk(const struct conf *conf, const struct guard *guard, struct sink *ret,
		     struct err *err)
{
	char device[PATH_MAX];
	int r = find_device(conf, guard, device, err);

	if (r < 0)
		return r;
	console_say("dump target is %s", device);
	guard_step(guard, "mounting the dump target", MOUNT_SECONDS);
	r = mount_somehow(conf, device, err);
	return r < 0 ? r : use_folder(conf, DUMP_NAME_LOCAL, ret, err);
}

/* In a running system, which a rehearsal is in, its own programs write, too. */
static void owe_little(void)
{
	static const struct sysroot here = { .dir = "" };
	long pages = sysconf(_SC_PHYS_PAGES), size = sysconf(_SC_PAGESIZE);
	struct err err = ERR_INIT;

	if (pages > 0 && size > 0 && vmcore_is_there() &&
	    capnfs_owe_little(&here, (uint64_t)pages * (uint64_t)size, &err) < 0)
		console_say("%s, going on", err.text);
}

/* Dumps on a server are told apart by who sent them. */
static int open_nfs(const struct conf *conf, const struct guard *guard, struct sink *ret,
		    struct err *err)
{
	char host[NETRECORD_ADDRESS_MAX];
	struct netrecord record;
	int r = capnet_up(guard, &record, err);

	if (r < 0)
		return r;
	console_say("dump target is %s", conf->target);
	owe_little();
	r = capnfs_mount(&record, conf->target, conf->mount_options, guard, err);
	if (r == 0)
		r = use_folder(conf, netrecord_format_address(&record.client, host), ret, err);
	if (r == 0)
		ret->remote = true;
	return r;
}

static int open_ssh(const struct conf *conf, const struct guard *guard, struct sink *ret,
		    struct err *err)
{
	static const struct sysroot here = { .dir = "" };
	static struct sshcommand ssh; /* as the sink goes on using it */
	char host[NETRECORD_ADDRESS_MAX];
	struct netrecord record;
	int r = capnet_up(guard, &record, err);

	if (r < 0)
		return r;
	if (entropy_add(&here, err) < 0)
		console_say("%s, going on", err->text);
	console_say("dump target is %s", conf->target);
	ssh = (struct sshcommand){ LAYOUT_SSH, LAYOUT_SSHKEY, conf->target,
				   SSHCOMMAND_CONNECT_SECONDS };
	return sshsink(&ssh, conf->path, sshcommand_is_scp(conf->collector.v[0]),
		       netrecord_format_address(&record.client, host), guard, ret, err);
}

static bool is_partition(void *ctx, const char *node _unused_, const struct devid *id)
{
	return strcasecmp(id->partition, ctx) == 0;
}

static int open_raw(const struct conf *conf, const struct guard *guard, struct sink *ret,
		    struct err *err)
{
	static const struct sysroot here = { .dir = "" };
	static const char prefix[] = RAWTARGET_NAME;
	char node[PATH_MAX], what[DEVID_MAX + 32];
	const char *uuid = conf->target + strlen(prefix);
	int r;

	if (!vmcore_is_there())
		return err_set(err, -ENOTSUP,
			       "a raw target is not rehearsed: what is on it would be lost");
	if (strncmp(conf->target, prefix, strlen(prefix)) != 0)
		return err_set(err, -EINVAL, "%s names no partition by its UUID", CONF_PATH);
	guard_step(guard, "waiting for the disk", DISK_GUARD_SECONDS);
	snprintf(what, sizeof(what), "partition with UUID=%s", uuid);
	r = diskwait(&here, what, is_partition, (void *)uuid, DISK_SECONDS, node, err);
	if (r < 0)
		return r;
	console_say("dump target is %s", node);
	return rawsink(node, ret, err);
}

/*
 * Its device is there as soon as its driver is: there is nothing to wait for. Other machines may
 * save to the same folder, so dumps there are told apart by the word that was recorded for this one.
 */
static int open_shared(const struct conf *conf, const struct guard *guard, struct sink *ret,
		       struct err *err)
{
	int r;

	console_say("dump target is %s", conf->target);
	guard_step(guard, "mounting the dump target", MOUNT_SECONDS);
	r = mount_somehow(conf, conf->target, err);
	if (r < 0)
		return r;
	return use_folder(conf, conf->dump_host ? conf->dump_host : DUMP_NAME_LOCAL, ret, err);
}

int captarget_open(const struct conf *conf, const struct guard *guard, struct sink *ret,
		   struct err *err)
{
	static const struct {
		const char *type;
		int (*open)(const struct conf *conf, const struct guard *guard, struct sink *ret,
			    struct err *err);
	} kinds[] = {
		{ "nfs", open_nfs },
		{ "ssh", open_ssh },
		{ "raw", open_raw },
		{ VIRTIOFS_TYPE, open_shared },
	};

	for (size_t i = 0; conf->target && i < ARRAY_SIZE(kinds); i++)
		if (strcmp(conf->target_type, kinds[i].type) == 0)
			return kinds[i].open(conf, guard, ret, err);
	return open_disk(conf, guard, ret, err);
}

/*
 * The folder stays open, and what was not written stays in memory: the last one to close a file
 * there would write it all, and wait. Where the kernel did not crash, a mount of its own may be
 * of the same export, and then they are one for MNT_FORCE.
 */
static void abandon(struct sink *sink)
{
	if (umount2(LAYOUT_MOUNT_POINT, MNT_DETACH | (vmcore_is_there() ? MNT_FORCE : 0)) < 0)
		console_say("cannot unmount the dump target: %s", strerror(errno));
	*sink = (struct sink){ NULL };
}

void captarget_interrupt(void)
{
	pid_t pid = fork();

	if (pid != 0)
		return;
	/* It is in use, so that this is all that comes of it; if not, that would have to wait. */
	umount2(LAYOUT_MOUNT_POINT, MNT_FORCE);
	_exit(0);
}

void captarget_close(struct sink *sink, const struct guard *guard)
{
	guard_step(guard, "the last sync", END_SECONDS);
	if (sink->remote && !guard->end.saved)
		foldersink_space(sink);
	if (sink->lost) {
		abandon(sink);
		return;
	}
	guard_step(guard, "the last sync", END_SECONDS);
	sink_done(sink);
	sync();
	if (umount2(LAYOUT_MOUNT_POINT, 0) < 0 && errno != EINVAL)
		console_say("cannot unmount the dump target: %s", strerror(errno));
}
