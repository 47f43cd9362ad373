/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "kdump/relabel.h"
#include "kdump/rootpath.h"
#include "kdump/run.h"
#include "kdump/strv.h"

/* There when the kernel has a policy: libselinux's own test. */
#define SELINUX_ENABLED "/sys/fs/selinux/enforce"
#define LABEL           "security.selinux"

enum {
	AT_A_TIME = 64,   /* dumps; the rest is for the next start */
	SECONDS = 60,     /* for restorecon, which looks at a few files in each */
	NAMES_MAX = 4096, /* bytes of the names of a folder's attributes */
};

/* What is on the disk: asked for its value, a file without a label has a made-up one. */
static bool has_label(int dir)
{
	char names[NAMES_MAX];
	ssize_t n = flistxattr(dir, names, sizeof(names));

	if (n < 0) /* no attributes at all, or more than we look at */
		return true;
	for (const char *p = names; p < names + n; p += strlen(p) + 1)
		if (strcmp(p, LABEL) == 0)
			return true;
	return false;
}

/* Append the path of each dump without a label, as it is below @root. */
static int list_unlabelled(const struct sysroot *root, const struct dumps *dumps, struct strv *ret,
			   struct err *err)
{
	const size_t most = ret->n + AT_A_TIME;

	for (size_t i = 0; i < dumps->n && ret->n < most; i++) {
		const struct dump *dump = &dumps->v[i];
		_cleanup_close_ int dir = dump->own ? dump_open(dumps, dump) : -1;

		if (dir >= 0 && !has_label(dir) &&
		    strv_addf(ret, "%s%s/%s", root->dir, dumps->path, dump->name) < 0)
			return err_oom(err);
	}
	return 0;
}

int relabel(const struct sysroot *root, const struct dumps *dumps, struct err *err)
{
	static const struct run_options options = { .seconds = SECONDS };
	_cleanup_(strv_done) struct strv command = { NULL };
	_cleanup_free_ char *program = NULL;
	size_t words;
	int status, r;

	if (!rootpath_exists(root, SELINUX_ENABLED) ||
	    run_find_here(root, "restorecon", "/usr/sbin", &program, NULL) < 0)
		return 0;
	if (strv_add(&command, program) < 0 || strv_add(&command, "-R") < 0)
		return err_oom(err);
	words = command.n;
	r = list_unlabelled(root, dumps, &command, err);
	if (r < 0 || command.n == words)
		return r;
	r = run_program(command.v, &options, &status, err);
	if (r < 0)
		return err_prefix(err, r, "restorecon");
	if (status == 0)
		return 0;
	err_set(err, -EIO, "restorecon ended with status %d: dumps in %s have no label of SELinux",
		status, dumps->path);
	return err_hint(err, -EIO, "Try it: restorecon -R -v %s", dumps->path);
}
