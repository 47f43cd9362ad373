/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kdump/dumpdelete.h"

#define PREFIX ".deleted-"

enum { DEPTH_MAX = 16 }; /* folders inside each other; a dump has none */

static int open_dir(int parent, const char *name, DIR **ret)
{
	_cleanup_close_ int fd =
		openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);

	if (fd < 0)
		return -errno;
	*ret = fdopendir(fd);
	if (!*ret)
		return -errno;
	fd = -1;
	return 0;
}

static int remove_tree(int parent, const char *name, dev_t device, int depth);

/* Remove what is in @dir. */
static int empty(DIR *dir, dev_t device, int depth)
{
	const struct dirent *entry;

	while ((errno = 0, entry = readdir(dir))) {
		const char *name = entry->d_name;
		int r;

		if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
			continue;
		r = unlinkat(dirfd(dir), name, 0) < 0 ? -errno : 0;
		if (r == -EISDIR || r == -EPERM)
			r = remove_tree(dirfd(dir), name, device, depth + 1);
		if (r < 0 && r != -ENOENT)
			return r;
	}
	return -errno;
}

/* Remove a folder and what is in it. @device: of the file system that is not left. */
static int remove_tree(int parent, const char *name, dev_t device, int depth)
{
	_cleanup_closedir_ DIR *dir = NULL;
	struct stat st;
	int r = depth > DEPTH_MAX ? -ELOOP : open_dir(parent, name, &dir);

	if (r == -ENOTDIR)
		return -EPERM; /* a file that unlinkat() may not remove */
	if (r < 0)
		return r;
	if (fstat(dirfd(dir), &st) < 0)
		return -errno;
	if (st.st_dev != device)
		return -EXDEV;
	r = empty(dir, device, depth);
	if (r < 0)
		return r;
	return unlinkat(parent, name, AT_REMOVEDIR) < 0 ? -errno : 0;
}

static int remove_renamed(const struct dumps *dumps, const char *name, struct err *err)
{
	struct stat st;
	int r = fstat(dumps->dir, &st) < 0 ? -errno : 0;

	if (r == 0)
		r = remove_tree(dumps->dir, name, st.st_dev, 0);
	if (r == 0 || r == -ENOENT)
		return 0;
	err_errno(err, r, "cannot remove %s/%s", dumps->path, name);
	return err_hint(err, r, "What is left of that dump is no use; remove the folder.");
}

int dump_delete(const struct dumps *dumps, const struct dump *dump, struct err *err)
{
	char name[NAME_MAX + 1];
	int n = snprintf(name, sizeof(name), PREFIX "%s", dump->name);

	if (n < 0 || (size_t)n >= sizeof(name))
		return err_errno(err, -ENAMETOOLONG, "cannot remove %s/%s", dumps->path,
				 dump->name);
	if (renameat(dumps->dir, dump->name, dumps->dir, name) < 0)
		return err_errno(err, -errno, "cannot rename %s/%s to %s", dumps->path, dump->name,
				 name);
	if (fsync(dumps->dir) < 0)
		return err_errno(err, -errno, "cannot sync %s", dumps->path);
	return remove_renamed(dumps, name, err);
}

static bool is_rest(const struct dumps *dumps, const char *name)
{
	struct stat st;

	return strncmp(name, PREFIX, strlen(PREFIX)) == 0 &&
	       dump_name_is_of(name + strlen(PREFIX), dumps->host) &&
	       fstatat(dumps->dir, name, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISDIR(st.st_mode);
}

int dump_delete_rest(const struct dumps *dumps, struct err *err)
{
	_cleanup_closedir_ DIR *dir = NULL;
	const struct dirent *entry;
	int r = dumps->dir < 0 ? 0 : open_dir(dumps->dir, ".", &dir);

	if (r < 0)
		return err_errno(err, r, "cannot read %s", dumps->path);
	while (dir && r == 0 && (errno = 0, entry = readdir(dir)))
		if (is_rest(dumps, entry->d_name))
			r = remove_renamed(dumps, entry->d_name, err);
	return r;
}
