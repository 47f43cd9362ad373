/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kdump/consoleshell.h"
#include "kdump/rescuetools.h"
#include "kdump/run.h"

static const char *const tools[] = { "ls",    "cat",   "cp", "mv",    "rm",
				     "mkdir", "sync",  "df", "mount", "umount",
				     "dmesg", "blkid", "ps", "dd",    "grep" };

int rescuetools_add(const struct sysroot *root, const char *dirs, struct elfdeps *deps,
		    struct err *err)
{
	int r = elfdeps_add(root, CONSOLESHELL_PROGRAM, CONSOLESHELL_PROGRAM, deps, err);

	if (r < 0)
		return err_prefix(err, r, "failure_action shell");
	for (size_t i = 0; r == 0 && i < ARRAY_SIZE(tools); i++) {
		_cleanup_free_ char *path = NULL;

		if (run_find(root, tools[i], dirs, &path, NULL) == 0)
			r = elfdeps_add(root, path, path, deps, err);
	}
	return r;
}
