/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kdump/capnfs.h"
#include "kdump/layout.h"
#include "kdump/mountspace.h"
#include "kdump/preflight.h"

/* For a server that does not answer yet; replaying a journal takes time, too. */
enum { MOUNT_SECONDS = 300 };

bool preflight_is_due(const struct target *target)
{
	return !target->folder && strcmp(target->type, "ssh") != 0 &&
	       strcmp(target->type, "raw") != 0;
}

/* Without options rather than not at all, as the capture does. */
static int mount_device(const struct target *t, const char *place, struct err *err)
{
	const char *options[] = { t->options, NULL };

	for (size_t i = 0; i < ARRAY_SIZE(options); i++)
		if (mount(t->device, place, t->type, MS_NOATIME, options[i]) == 0)
			return 0;
	return err_errno(err, -errno, "cannot mount it as %s", t->type);
}

/* Device nodes are outside of the new root; an NFS export is mounted where the capture does. */
static int mount_target(const struct target *t, const char *place, struct err *err)
{
	const struct guard nobody = GUARD_NONE;
	char point[PATH_MAX];
	int r = 0;

	snprintf(point, sizeof(point), "%s%s", place, LAYOUT_MOUNT_POINT);
	if (mkdir(point, 0755) < 0)
		return err_errno(err, -errno, "cannot create %s", point);
	if (!t->network)
		r = mount_device(t, point, err);
	if (r == 0 && (chroot(place) < 0 || chdir("/") < 0))
		r = err_errno(err, -errno, "cannot change the root to %s", place);
	if (r == 0 && t->network)
		r = capnfs_mount(t->network, t->name, t->options, &nobody, err);
	return r;
}

static int refuse_mount(const struct target *t, int code, struct err *err)
{
	const struct err cause = *err;

	err_set(err, code, "Failed to mount %s on %s for kdump preflight check. %.1000s", t->device,
		LAYOUT_MOUNT_POINT, cause.text);
	return err_hint(err, code, "Try it: mount -t %s %s /mnt", t->type, t->device);
}

/* A server tells by access(2) what it would let us do; of a path that is missing, where it begins. */
static int try_folder(char *path)
{
	int missing = 0, r;
	struct stat st;

	while ((r = stat(path, &st) < 0 ? -errno : 0) == -ENOENT &&
	       strlen(path) > strlen(LAYOUT_MOUNT_POINT)) {
		*strrchr(path, '/') = '\0';
		missing = 1;
	}
	if (r == 0 && !S_ISDIR(st.st_mode))
		r = -ENOTDIR;
	if (r == 0 && access(path, W_OK | X_OK) < 0)
		r = -errno;
	return r < 0 ? r : missing;
}

static int look_at(const struct target *t, struct err *err)
{
	char path[PATH_MAX];
	int r = -ENAMETOOLONG;

	if (strlen(LAYOUT_MOUNT_POINT) + strlen(t->inner) < sizeof(path)) {
		snprintf(path, sizeof(path), "%s%s", LAYOUT_MOUNT_POINT, t->inner);
		r = try_folder(path);
	}
	if (r >= 0)
		return r;
	err_errno(err, r, "no dump can be saved in \"%s\" of dump target \"%s\"", t->inner,
		  t->device);
	if (t->network)
		err_hint(err, r,
			 "The server has to export it for writing, and either with "
			 "no_root_squash or with a folder of the user that it makes of root.");
	return r;
}

static int look(const char *place, const void *ctx, struct err *err)
{
	const struct target *t = ctx;
	int r = mount_target(t, place, err);

	return r < 0 ? refuse_mount(t, r, err) : look_at(t, err);
}

int preflight(const struct target *target, struct err *err)
{
	return mountspace_run(look, target, MOUNT_SECONDS, err);
}
