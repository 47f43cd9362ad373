/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>

#include "kexec/input.h"

int input_open(const struct request *request, const char *what, const char *path, struct err *err)
{
	struct err cause = ERR_INIT;
	int fd = file_open(path, &cause);

	if (fd >= 0)
		return fd;
	if (request->syscall == SYSCALL_SEGMENTS)
		return err_set(err, -ENOENT, "Cannot open `%s': %s", path, cause.text);
	return err_set(err, fd, "%s %s:%s", what, path, cause.text);
}

int input_map(const struct request *request, const char *what, const char *path,
	      struct mapping *ret, struct err *err)
{
	_cleanup_close_ int fd = input_open(request, what, path, err);
	int r;

	if (fd < 0)
		return fd;
	r = mapping_from_fd(fd, path, ret, err);
	if (r == 0)
		fd = -1;
	return r;
}
