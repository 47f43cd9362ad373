/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>

#include "lib/file.h"
#include "lib/number.h"
#include "lib/sysroot.h"

enum { NUMBER_FILE_MAX = 64 }; /* bytes: a 64-bit number, a prefix and blanks */

bool sysroot_is_real(const struct sysroot *root)
{
	return !root->dir || !root->dir[0];
}

int sysroot_open(const struct sysroot *root, const char *path, int flags)
{
	char full[PATH_MAX];
	int n = snprintf(full, sizeof(full), "%s%s", root->dir ? root->dir : "", path);
	int fd;

	if (n < 0 || (size_t)n >= sizeof(full))
		return -ENAMETOOLONG;
	fd = open(full, flags | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

FILE *sysroot_fopen(const struct sysroot *root, const char *path)
{
	_cleanup_close_ int fd = sysroot_open(root, path, O_RDONLY);
	FILE *file;

	if (fd < 0) {
		errno = -fd;
		return NULL;
	}
	file = fdopen(fd, "r");
	if (file)
		fd = -1;
	return file;
}

DIR *sysroot_opendir(const struct sysroot *root, const char *path)
{
	int fd = sysroot_open(root, path, O_RDONLY | O_DIRECTORY);
	DIR *dir;

	if (fd < 0) {
		errno = -fd;
		return NULL;
	}
	dir = fdopendir(fd);
	if (!dir) {
		int saved = errno;

		close(fd);
		errno = saved;
	}
	return dir;
}

int sysroot_read(const struct sysroot *root, const char *path, size_t max, char **ret,
		 size_t *ret_size, struct err *err)
{
	_cleanup_close_ int fd = sysroot_open(root, path, O_RDONLY);

	if (fd < 0)
		return err_errno(err, fd, "cannot open %s", path);
	return file_read_fd(fd, path, max, ret, ret_size, err);
}

int sysroot_read_u64(const struct sysroot *root, const char *path, int base, uint64_t *ret,
		     struct err *err)
{
	_cleanup_free_ char *text = NULL;
	int r = sysroot_read(root, path, NUMBER_FILE_MAX, &text, NULL, err);

	if (r < 0)
		return r;
	if (number_parse(text, base, ret) < 0)
		return err_set(err, -EINVAL, "%s: not a number", path);
	return 0;
}
