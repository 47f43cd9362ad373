/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/file.h"

#include "kdump/image.h"
#include "kdump/imageunpack.h"

struct unpacking {
	int dir;
	struct err *err;
};

/* The archive is our own, but it has been on a disk meanwhile. */
static bool leads_out(const char *name)
{
	if (name[0] == '/' || name[0] == '\0')
		return true;
	for (const char *part = name; part; part = strchr(part, '/')) {
		part += *part == '/';
		if (strncmp(part, "..", 2) == 0 && (part[2] == '/' || part[2] == '\0'))
			return true;
	}
	return false;
}

static int write_file(int dir, const struct cpio_entry *file)
{
	_cleanup_close_ int fd =
		openat(dir, file->name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);

	if (fd < 0)
		return -errno;
	if (fchmod(fd, file->mode & 07777) < 0)
		return -errno;
	return file_write_all(fd, file->content.data, file->content.size);
}

static int put(void *ctx, const struct cpio_entry *file)
{
	const struct unpacking *u = ctx;
	int r = -EINVAL;

	if (leads_out(file->name))
		return err_set(u->err, r, "the capture image has a file called %s", file->name);
	switch (file->mode & S_IFMT) {
	case S_IFDIR:
		/* Both archives of an image have the folder of the manifest. */
		r = mkdirat(u->dir, file->name, file->mode & 07777) == 0 || errno == EEXIST
			    ? 0
			    : -errno;
		break;
	case S_IFCHR:
		r = mknodat(u->dir, file->name, file->mode, file->device) == 0 ? 0 : -errno;
		break;
	case S_IFREG:
		r = write_file(u->dir, file);
		break;
	default:
		break;
	}
	return r < 0 ? err_errno(u->err, r, "cannot unpack %s", file->name) : 0;
}

int image_unpack(const struct sysroot *root, const char *path, int dir_fd, struct err *err)
{
	struct unpacking u = { .dir = dir_fd, .err = err };

	return image_walk(root, path, put, &u, err);
}
