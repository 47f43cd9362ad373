/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "kdump/dumpfolder.h"
#include "kdump/target.h"

static int find_mounted(const struct sysroot *root, const struct conf *conf, char **ret,
			struct err *err)
{
	_cleanup_(target_done) struct target target = { NULL };
	int r = target_find(root, conf, &target, err);

	if (r < 0)
		return r;
	if (!target.folder) {
		err_set(err, -ENODEV, "The dump target %s is not mounted.", conf->target);
		return err_hint(err, -ENODEV, "Mount it to see the dumps that are there.");
	}
	*ret = TAKE_PTR(target.folder);
	return 0;
}

/* Targets that are never mounted, or not by us. */
static bool is_elsewhere(const struct conf *conf)
{
	static const char *const types[] = { "ssh", "raw", "nfs" };

	for (size_t i = 0; i < ARRAY_SIZE(types); i++)
		if (strcmp(conf->target_type, types[i]) == 0)
			return true;
	return false;
}

int dumpfolder_find(const struct sysroot *root, const struct conf *conf, char **ret,
		    struct err *err)
{
	char *copy;

	if (conf->target && is_elsewhere(conf)) {
		err_set(err, -ENOTSUP, "Dumps go to %s %s, where they cannot be seen from here.",
			conf->target_type, conf->target);
		return err_hint(err, -ENOTSUP, "See one by its path: kdumpctl info PATH");
	}
	if (conf->target)
		return find_mounted(root, conf, ret, err);
	copy = strdup(conf->path);
	if (!copy)
		return err_oom(err);
	*ret = copy;
	return 0;
}
