/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The first and only process of a capture kernel: loads the modules, mounts the dump
 * target, saves log and memory, and restarts the machine, or does what final_action says.
 * Whatever goes wrong on the way ends in what failure_action says.
 */
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "lib/err.h"
#include "lib/sysroot.h"

#include "kdump/conf.h"
#include "kdump/console.h"
#include "kdump/diskwait.h"
#include "kdump/earlyfs.h"
#include "kdump/ending.h"
#include "kdump/guard.h"
#include "kdump/layout.h"
#include "kdump/modload.h"
#include "kdump/savedump.h"

#define VMCORE "/proc/vmcore"

/* Seconds that each step may take; after that the guard does what failure_action says. */
enum {
	MODULES_SECONDS = 120,
	DISK_SECONDS = 60, /* until the target's disk is there */
	DISK_GUARD_SECONDS = 90,
	MOUNT_SECONDS = 300,  /* replaying a journal takes time */
	STALL_SECONDS = 1800, /* without a byte written by log reader or collector */
	ALIVE_SECONDS = 300,  /* between two signs of life while these run, syncs included */
	END_SECONDS = 300,    /* last sync and unmounting */
};

static const struct sysroot real_root = { .dir = "" };
static struct guard guard = GUARD_NONE;
static struct conf conf;

static void end_stuck(const char *step, unsigned int seconds)
{
	const struct ending *ending = ending_of(conf.failure_action);

	console_say("%s: no end after %u s; %s", step, seconds, ending->doing);
	reboot(ending->command);
}

static void tell_module(void *ctx _unused_, const char *name _unused_, const struct err *err)
{
	console_say("%s, going on", err->text);
}

static void tell_waiting(void *ctx, unsigned int waited, unsigned int seconds)
{
	console_say("waiting for the disk with UUID=%s: %u of %u s", (const char *)ctx, waited,
		    seconds);
}

static void tell_alive(void *ctx _unused_)
{
	guard_step(&guard, "saving", ALIVE_SECONDS);
}

static int load_modules(struct err *err)
{
	guard_step(&guard, "loading modules", MODULES_SECONDS);
	return modload_all(&real_root, tell_module, NULL, err);
}

static int mount_device(const char *device, const char *options)
{
	return mount(device, LAYOUT_MOUNT_POINT, conf.target_type, MS_NOATIME, options);
}

static int mount_target(struct err *err)
{
	static const char key[] = "UUID=";
	char device[PATH_MAX];
	const char *uuid;
	int r;

	if (!conf.target || strncmp(conf.target, key, strlen(key)) != 0)
		return err_set(err, -EINVAL, "%s names no target by UUID", CONF_PATH);
	uuid = conf.target + strlen(key);
	guard_step(&guard, "waiting for the disk", DISK_GUARD_SECONDS);
	r = diskwait(&real_root, uuid, DISK_SECONDS, tell_waiting, (void *)uuid, device, err);
	if (r < 0)
		return r;
	console_say("dump target is %s", device);
	guard_step(&guard, "mounting the dump target", MOUNT_SECONDS);
	if (conf.mount_options && mount_device(device, conf.mount_options) < 0)
		console_say("cannot mount %s with %s: %s; trying without", device,
			    conf.mount_options, strerror(errno));
	else if (conf.mount_options)
		return 0;
	if (mount_device(device, NULL) < 0)
		return err_errno(err, -errno, "cannot mount %s (%s)", device, conf.target_type);
	return 0;
}

static int save(struct err *err)
{
	char folder[PATH_MAX];
	const struct savedump_job job = {
		.vmcore = VMCORE,
		.folder = folder,
		.dmesg = LAYOUT_DMESG,
		.collector = &conf.collector,
		.stall = STALL_SECONDS,
		.alive = tell_alive,
	};

	if (access(VMCORE, R_OK) < 0) {
		err_errno(err, -errno, "there is no dump to save: %s", VMCORE);
		return err_hint(err, -ENOENT,
				"This kernel was not started by the crash of another "
				"one, or has no CONFIG_PROC_VMCORE.");
	}
	if ((size_t)snprintf(folder, sizeof(folder), "%s%s", LAYOUT_MOUNT_POINT,
			     strcmp(conf.path, "/") == 0 ? "" : conf.path) >= sizeof(folder))
		return err_errno(err, -ENAMETOOLONG, "%s", conf.path);
	return savedump(&job, time(NULL), err);
}

static int capture(struct err *err)
{
	int r = earlyfs_mount(err);

	if (r == 0)
		r = conf_read(&real_root, CONF_IMAGE, &conf, err);
	if (guard_start(&guard, end_stuck, r < 0 ? NULL : err) < 0 && r == 0)
		console_say("%s, going on without", err->text);
	if (r == 0)
		r = load_modules(err);
	if (r == 0)
		r = mount_target(err);
	return r < 0 ? r : save(err);
}

/* The one way out, for success and for every failure. */
static void end(enum conf_action action)
{
	const struct ending *ending = ending_of(action);

	guard_step(&guard, "the last sync", END_SECONDS);
	sync();
	if (umount2(LAYOUT_MOUNT_POINT, 0) < 0 && errno != EINVAL)
		console_say("cannot unmount the dump target: %s", strerror(errno));
	console_say("%s", ending->doing);
	reboot(ending->command);
	console_say("%s failed: %s", ending->doing, strerror(errno));
	reboot(RB_AUTOBOOT);
}

int main(void)
{
	struct err err = ERR_INIT;

	if (getpid() != 1) {
		fprintf(stderr, "kdump-capture: only runs as the first process of a capture "
				"kernel, which it ends\n");
		return 1;
	}
	umask(077);
	signal(SIGPIPE, SIG_IGN);
	setenv("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", 1);
	if (chdir("/") < 0 || capture(&err) < 0) {
		console_error(&err);
		end(conf.failure_action);
	}
	end(conf.final_action);
	return 1; /* the kernel panics, and panic= on its command line restarts the machine */
}
