/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/array.h"
#include "lib/file.h"

#include "kdump/image.h"
#include "kdump/imageunpack.h"

/* The first name of a file that has several. */
struct linked {
	uint32_t inode;
	dev_t on;
	const void *archive;
	const char *name;
};

struct unpacking {
	int dir;
	struct linked *linked;
	size_t n, capacity;
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

static int write_file(int dir, const struct cpio_entry *file, int flags)
{
	_cleanup_close_ int fd =
		openat(dir, file->name, O_WRONLY | O_NOFOLLOW | O_CLOEXEC | flags, 0600);

	if (fd < 0)
		return -errno;
	if (fchmod(fd, file->mode & 07777) < 0)
		return -errno;
	return file_write_all(fd, file->content.data, file->content.size);
}

static const struct linked *find_linked(const struct unpacking *u, const struct cpio_entry *file)
{
	for (size_t i = 0; i < u->n; i++)
		if (u->linked[i].inode == file->inode && u->linked[i].on == file->on &&
		    u->linked[i].archive == file->archive)
			return &u->linked[i];
	return NULL;
}

static int keep_linked(struct unpacking *u, const struct cpio_entry *file)
{
	if (array_reserve(&u->linked, &u->capacity, u->n + 1, sizeof(*u->linked)) < 0)
		return -ENOMEM;
	u->linked[u->n++] = (struct linked){ file->inode, file->on, file->archive, file->name };
	return 0;
}

/* Whichever of its names the contents come with. */
static int put_file(struct unpacking *u, const struct cpio_entry *file)
{
	const struct linked *first = file->links > 1 ? find_linked(u, file) : NULL;
	int r;

	if (!first) {
		r = write_file(u->dir, file, O_CREAT | O_EXCL);
		return r == 0 && file->links > 1 ? keep_linked(u, file) : r;
	}
	if (linkat(u->dir, first->name, u->dir, file->name, 0) < 0)
		return -errno;
	return file->content.size > 0 ? write_file(u->dir, file, O_TRUNC) : 0;
}

static int put_link(int dir, const struct cpio_entry *file)
{
	char target[PATH_MAX];

	if (file->content.size >= sizeof(target))
		return -ENAMETOOLONG;
	memcpy(target, file->content.data, file->content.size);
	target[file->content.size] = '\0';
	return symlinkat(target, dir, file->name) == 0 ? 0 : -errno;
}

/* All archives of an image may have the same folders. */
static int put_folder(int dir, const struct cpio_entry *file)
{
	return mkdirat(dir, file->name, file->mode & 07777) == 0 || errno == EEXIST ? 0 : -errno;
}

static int put(void *ctx, const struct cpio_entry *file)
{
	struct unpacking *u = ctx;
	int r = -EINVAL;

	if (leads_out(file->name))
		return err_set(u->err, r, "the capture image has a file called %s", file->name);
	switch (file->mode & S_IFMT) {
	case S_IFDIR:
		r = put_folder(u->dir, file);
		break;
	case S_IFCHR:
	case S_IFBLK:
	case S_IFIFO:
	case S_IFSOCK:
		r = mknodat(u->dir, file->name, file->mode, file->device) == 0 ? 0 : -errno;
		break;
	case S_IFREG:
		r = put_file(u, file);
		break;
	case S_IFLNK:
		r = put_link(u->dir, file);
		break;
	default:
		break;
	}
	return r < 0 ? err_errno(u->err, r, "cannot unpack %s", file->name) : 0;
}

int image_unpack(struct bytes image, const char *path, int dir_fd, struct err *err)
{
	struct unpacking u = { .dir = dir_fd, .err = err };
	int r = image_walk_bytes(image, path, put, &u, err);

	free(u.linked);
	return r;
}
