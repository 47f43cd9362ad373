/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "kdump/crypttab.h"
#include "kdump/luks.h"
#include "kdump/rootpath.h"

#define PREFIX                                                                                     \
	"CRYPT-LUKS" /* of device-mapper's names, as cryptsetup makes them; a version follows */

enum {
	DEPTH_MAX = 16, /* devices upon devices */
	UUID_DIGITS = 32,
	FILE_MAX = 256, /* bytes of a file in sysfs */
};

/* "CRYPT-LUKS2-DIGITS-name": the digits as a UUID is written. */
static bool take_uuid(const char *name, char ret[static CRYPTTAB_UUID_MAX])
{
	size_t at = 0;

	if (strncmp(name, PREFIX, strlen(PREFIX)) != 0)
		return false;
	name = strchr(name + strlen(PREFIX), '-');
	if (!name)
		return false;
	name++;
	for (int i = 0; i < UUID_DIGITS; i++) {
		if (!isxdigit((unsigned char)name[i]))
			return false;
		if (i == 8 || i == 12 || i == 16 || i == 20)
			ret[at++] = '-';
		ret[at++] = name[i];
	}
	ret[at] = '\0';
	return true;
}

static int look(const struct sysroot *root, const char *sysfs, struct strv *ret, struct err *err)
{
	_cleanup_free_ char *text = NULL;
	char path[PATH_MAX], uuid[CRYPTTAB_UUID_MAX];

	snprintf(path, sizeof(path), "%s/dm/uuid", sysfs);
	if (sysroot_read(root, path, FILE_MAX, &text, NULL, NULL) < 0 || !take_uuid(text, uuid) ||
	    strv_has(ret, uuid))
		return 0;
	return strv_add(ret, uuid) < 0 ? err_oom(err) : 0;
}

static int walk(const struct sysroot *root, const char *sysfs, int depth, struct strv *ret,
		struct err *err)
{
	_cleanup_closedir_ DIR *dir = NULL;
	const struct dirent *entry;
	char path[PATH_MAX];
	int r = look(root, sysfs, ret, err);

	if (r < 0)
		return r;
	if (depth == DEPTH_MAX)
		return err_set(err, -ELOOP, "%s: too many devices upon each other", sysfs);
	snprintf(path, sizeof(path), "%s/slaves", sysfs);
	dir = sysroot_opendir(root, path);
	while (r == 0 && dir && (entry = readdir(dir))) {
		struct rootpath real;

		if (entry->d_name[0] == '.')
			continue;
		snprintf(path, sizeof(path), "%s/slaves/%s", sysfs, entry->d_name);
		r = rootpath_real(root, path, &real, err);
		if (r == 0)
			r = walk(root, real.text, depth + 1, ret, err);
	}
	return r;
}

int luks_below(const struct sysroot *root, const char *sysfs, struct strv *ret, struct err *err)
{
	return walk(root, sysfs, 0, ret, err);
}
