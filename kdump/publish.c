/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "kdump/publish.h"

int publish(int dir_fd, const char *unfinished, const char *name, struct err *err)
{
	_cleanup_close_ int fd = openat(dir_fd, unfinished, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);

	if (fd < 0)
		return err_errno(err, -errno, "cannot open %s", unfinished);
	if (fsync(fd) < 0)
		return err_errno(err, -errno, "cannot sync %s", unfinished);
	if (renameat(dir_fd, unfinished, dir_fd, name) < 0)
		return err_errno(err, -errno, "cannot rename %s to %s", unfinished, name);
	if (fsync(dir_fd) < 0)
		return err_errno(err, -errno, "cannot sync the folder of %s", name);
	return 0;
}
