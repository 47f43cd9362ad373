/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "kdump/hookfolder.h"
#include "kdump/rootpath.h"

enum { PROGRAMS_MAX = 256 }; /* in one folder */

static int by_bytes(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static bool is_program(const struct sysroot *root, const char *path)
{
	struct stat st;

	return rootpath_stat(root, path, &st) == 0 && S_ISREG(st.st_mode) && (st.st_mode & 0111);
}

int hookfolder_list(const struct sysroot *root, const char *folder, struct strv *ret,
		    struct err *err)
{
	_cleanup_closedir_ DIR *dir = sysroot_opendir(root, folder);
	const size_t before = ret->n;
	const struct dirent *entry;

	while (dir && (entry = readdir(dir))) {
		char path[PATH_MAX];

		if (entry->d_name[0] == '.')
			continue;
		snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
		if (!is_program(root, path))
			continue;
		if (ret->n - before >= PROGRAMS_MAX)
			return err_set(err, -E2BIG, "more than %d programs in %s", PROGRAMS_MAX,
				       folder);
		if (strv_add(ret, path) < 0)
			return err_oom(err);
	}
	if (ret->n > before)
		qsort(ret->v + before, ret->n - before, sizeof(*ret->v), by_bytes);
	return 0;
}
