/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "kdump/publish.h"

int publish_sync(int dir_fd, const char *unfinished, struct err *err)
{
	_cleanup_close_ int fd = openat(dir_fd, unfinished, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);

	if (fd < 0)
		return err_errno(err, -errno, "cannot open %s", unfinished);
	if (fsync(fd) < 0)
		return err_errno(err, -errno, "cannot sync %s", unfinished);
	return 0;
}

int publish_rename(int dir_fd, const char *unfinished, const char *name, struct err *err)
{
	if (renameat(dir_fd, unfinished, dir_fd, name) < 0)
		return err_errno(err, -errno, "cannot rename %s to %s", unfinished, name);
	if (fsync(dir_fd) < 0)
		return err_errno(err, -errno, "cannot sync the folder of %s", name);
	return 0;
}

int publish(int dir_fd, const char *unfinished, const char *name, struct err *err)
{
	int r = publish_sync(dir_fd, unfinished, err);

	return r < 0 ? r : publish_rename(dir_fd, unfinished, name, err);
}
