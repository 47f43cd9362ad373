/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kdump/mounts.h"
#include "kdump/rootpath.h"
#include "kdump/roottarget.h"

/* Does @path, of which @ret is the real name, lie on the root file system? */
static bool is_on_root(const struct sysroot *root, const char *path, struct rootpath *ret)
{
	_cleanup_(mounted_done) struct mounted m = { NULL };

	return rootpath_real(root, path, ret, NULL) == 0 &&
	       mounts_of_path(root, ret->text, &m, NULL) == 0 && strcmp(m.place, "/") == 0;
}

static void choose_folder(const struct sysroot *root, const struct conf *conf, struct rootpath *ret)
{
	if (!conf->target && is_on_root(root, conf->path, ret))
		return;
	if (target_make_default(root, CONF_DEFAULT_PATH, NULL) < 0 ||
	    !is_on_root(root, CONF_DEFAULT_PATH, ret))
		strcpy(ret->text, ROOTTARGET_PATH);
}

static int find_root(const struct sysroot *root, struct target *ret, struct err *err)
{
	static char slash[] = "/";
	const struct conf at_root = { .path = slash };
	int r = target_find(root, &at_root, ret, err);

	return r < 0 ? r : target_check_able(ret, &at_root, err);
}

int roottarget_find(const struct sysroot *root, const struct conf *conf, struct target *ret,
		    struct err *err)
{
	_cleanup_(target_done) struct target target = { NULL };
	struct rootpath folder;
	char *inner;
	int r = find_root(root, &target, err);

	if (r < 0) {
		err_prefix(err, r, "failure_action dump_to_rootfs");
		err_hint(err, r, "Choose another failure_action.");
		return conf_blame(conf, "failure_action", err, r);
	}
	choose_folder(root, conf, &folder);
	if (asprintf(&inner, "%s%s", strcmp(target.inner, "/") == 0 ? "" : target.inner,
		     folder.text) < 0)
		return err_oom(err);
	free(target.inner);
	target.inner = inner;
	*ret = target;
	target = (struct target){ NULL };
	return 0;
}
