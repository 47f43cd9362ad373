/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "kdump/dracutfiles.h"
#include "kdump/elfdeps.h"
#include "kdump/rootpath.h"
#include "kdump/run.h"

/* Programs are found by their names, any file by its path. */
static int find(const struct image_inputs *in, const char *name, char **ret, struct err *err)
{
	struct stat st;

	if (name[0] != '/')
		return run_find(in->root, name, in->program_dirs, ret, err);
	if (rootpath_stat(in->root, name, &st) < 0)
		return err_set(err, -ENOENT, "there is no %s", name);
	if (!S_ISREG(st.st_mode))
		return err_set(err, -EINVAL, "%s is no regular file", name);
	*ret = strdup(name);
	return *ret ? 0 : err_oom(err);
}

static int add_one(const struct image_inputs *in, const char *name, struct elfdeps *deps,
		   struct err *err)
{
	_cleanup_free_ char *path = NULL;
	int r = find(in, name, &path, err);

	if (r == 0)
		r = elfdeps_add(in->root, path, path, deps, err);
	return r == -ENOEXEC ? 0 : r; /* no program, and on the list as it is */
}

/* A key must not become readable by all; what somebody else needs is a loader or a library. */
static mode_t mode_of(const struct image_inputs *in, const struct elfdeps *deps, size_t i)
{
	struct stat st;

	if (!strv_has(&deps->programs, deps->names.v[i]) ||
	    rootpath_stat(in->root, deps->sources.v[i], &st) < 0)
		return 0755;
	return st.st_mode & 0777;
}

int dracutfiles_add(const struct image_inputs *in, const struct strv *files,
		    struct image_plan *plan, struct err *err)
{
	_cleanup_(elfdeps_done) struct elfdeps deps = { .names = { NULL } };
	int r = 0;

	for (size_t i = 0; r == 0 && i < files->n; i++)
		r = add_one(in, files->v[i], &deps, err);
	if (r < 0) {
		err_prefix(err, r, "dracut_args: --install");
		err_hint(err, r, "Install it, or leave it out.");
		return conf_blame(in->conf, "dracut_args", err, r);
	}
	for (size_t i = 0; r == 0 && i < deps.names.n; i++)
		if (!image_plan_has(plan, deps.names.v[i] + 1))
			r = image_plan_add_file(plan, IMAGE_FILE, mode_of(in, &deps, i),
						deps.names.v[i], deps.sources.v[i], err);
	return r;
}
