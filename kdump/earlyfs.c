/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include "kdump/earlyfs.h"

static const struct {
	const char *type;
	const char *place;
	unsigned long flags;
	const char *options;
} systems[] = {
	{ "proc", "/proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, "" },
	{ "sysfs", "/sys", MS_NOSUID | MS_NODEV | MS_NOEXEC, "" },
	{ "devtmpfs", "/dev", MS_NOSUID | MS_NOEXEC, "mode=0755" },
	{ "tmpfs", "/run", MS_NOSUID | MS_NODEV, "mode=0755" },
	{ "tmpfs", "/tmp", MS_NOSUID | MS_NODEV, "mode=1777" },
};

int earlyfs_mount(struct err *err)
{
	int r = 0;

	for (size_t i = 0; i < ARRAY_SIZE(systems); i++) {
		mkdir(systems[i].place, 0755); /* an image of dracut's has not all of them */
		if (mount(systems[i].type, systems[i].place, systems[i].type, systems[i].flags,
			  systems[i].options) == 0 ||
		    errno == EBUSY)
			continue;
		if (r == 0)
			r = err_errno(err, -errno, "cannot mount %s on %s", systems[i].type,
				      systems[i].place);
	}
	return r;
}
