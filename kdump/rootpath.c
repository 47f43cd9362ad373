/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kdump/rootpath.h"

int rootpath_join(const struct sysroot *root, const char *path, struct rootpath *ret,
		  struct err *err)
{
	const char *dir = sysroot_is_real(root) ? "" : root->dir;
	size_t dir_len = strlen(dir), path_len = strlen(path);

	if (dir_len + path_len >= sizeof(ret->text))
		return err_errno(err, -ENAMETOOLONG, "%.80s...", path);
	memcpy(ret->text, dir, dir_len);
	memcpy(ret->text + dir_len, path, path_len + 1);
	return 0;
}

int rootpath_stat(const struct sysroot *root, const char *path, struct stat *ret)
{
	struct rootpath full;
	int r = rootpath_join(root, path, &full, NULL);

	if (r < 0)
		return r;
	return stat(full.text, ret) < 0 ? -errno : 0;
}

bool rootpath_exists(const struct sysroot *root, const char *path)
{
	struct stat st;

	return rootpath_stat(root, path, &st) == 0;
}

int rootpath_real(const struct sysroot *root, const char *path, struct rootpath *ret,
		  struct err *err)
{
	_cleanup_free_ char *dir = NULL;
	struct rootpath full;
	char real[PATH_MAX];
	size_t cut = 0;
	int r = rootpath_join(root, path, &full, err);

	if (r < 0)
		return r;
	if (!realpath(full.text, real))
		return err_errno(err, -errno, "%s", path);
	if (!sysroot_is_real(root)) {
		dir = realpath(root->dir, NULL);
		if (!dir)
			return err_errno(err, -errno, "%s", root->dir);
		cut = strcmp(dir, "/") == 0 ? 0 : strlen(dir);
		if (strncmp(real, dir, cut) != 0 || (real[cut] != '/' && real[cut] != '\0'))
			return err_errno(err, -EXDEV, "%s", path);
	}
	snprintf(ret->text, sizeof(ret->text), "%s", real[cut] ? real + cut : "/");
	return 0;
}

bool rootpath_is_below(const char *path, const char *folder)
{
	size_t len = strlen(folder);

	if (strcmp(folder, "/") == 0)
		return true;
	return strncmp(path, folder, len) == 0 && (path[len] == '/' || path[len] == '\0');
}
