/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kdump/devstack.h"
#include "kdump/rootpath.h"

enum {
	DEPTH_MAX = 16,  /* layers */
	NAME_MAX_ = 256, /* bytes of an attribute */
};

/* Documentation/ABI/testing/sysfs-block-dm, admin-guide/md.rst. */
static const struct {
	const char *kind, *file;
} names[] = { { "dm", "dm/uuid" }, { "md", "md/uuid" }, { "md", "md/level" } };

static int add_layer(const struct sysroot *root, const char *dir, struct devstack *stack,
		     struct err *err)
{
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		_cleanup_free_ char *text = NULL;
		char path[PATH_MAX];

		if ((size_t)snprintf(path, sizeof(path), "%s/%s", dir, names[i].file) >=
		    sizeof(path))
			return err_errno(err, -ENAMETOOLONG, "%s", dir);
		if (sysroot_read(root, path, NAME_MAX_, &text, NULL, NULL) < 0)
			continue;
		text[strcspn(text, "\n")] = '\0';
		if (strv_addf(&stack->layers, "%s %s", names[i].kind, text) < 0)
			return err_oom(err);
		return 0;
	}
	return 0;
}

static int go_down(const struct sysroot *root, const char *dir, unsigned int depth,
		   struct devstack *stack, struct err *err);

/* Return: how many devices there are below; -errno. */
static int visit_slaves(const struct sysroot *root, const char *dir, unsigned int depth,
			struct devstack *stack, struct err *err)
{
	char slaves[PATH_MAX], path[PATH_MAX];
	struct dirent *entry;
	int count = 0, r = 0;
	DIR *d;

	snprintf(slaves, sizeof(slaves), "%s/slaves", dir);
	d = sysroot_opendir(root, slaves);
	if (!d)
		return 0;
	while (r == 0 && (entry = readdir(d))) {
		struct rootpath real;

		if (entry->d_name[0] == '.')
			continue;
		count++;
		if ((size_t)snprintf(path, sizeof(path), "%s/%s", slaves, entry->d_name) >=
		    sizeof(path))
			r = err_errno(err, -ENAMETOOLONG, "%s", slaves);
		if (r == 0)
			r = rootpath_real(root, path, &real, err);
		if (r == 0)
			r = go_down(root, real.text, depth + 1, stack, err);
	}
	closedir(d);
	return r < 0 ? r : count;
}

static int go_down(const struct sysroot *root, const char *dir, unsigned int depth,
		   struct devstack *stack, struct err *err)
{
	int r;

	if (depth > DEPTH_MAX)
		return err_set(err, -ELOOP, "%s: more than %d devices upon each other", dir,
			       DEPTH_MAX);
	if (strv_has(&stack->sysfs, dir))
		return 0;
	if (strv_add(&stack->sysfs, dir) < 0)
		return err_oom(err);
	r = add_layer(root, dir, stack, err);
	if (r == 0)
		r = visit_slaves(root, dir, depth, stack, err);
	if (r != 0)
		return r < 0 ? r : 0;
	/* A disk. One of which we cannot tell all, e.g. one in a network, is dracut's to know. */
	r = devchain_walk(root, dir, &stack->chain, err);
	return r == -ENOTSUP ? 0 : r;
}

int devstack_read(const struct sysroot *root, const char *sysfs, struct devstack *ret,
		  struct err *err)
{
	return go_down(root, sysfs, 0, ret, err);
}

void devstack_done(struct devstack *stack)
{
	strv_done(&stack->sysfs);
	strv_done(&stack->layers);
	devchain_done(&stack->chain);
}
