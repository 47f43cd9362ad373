/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <libmount.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "kdump/mountopts.h"

/*
 * Not carried, by the name before '=': what only some start-up of the running system reads;
 * labels of a security module, and quotas, which need modules that the image lacks and serve
 * nobody there; direct access, which needs the device to be persistent memory.
 */
static const char *const everywhere[] = {
	"nobootwait",  "bootwait",    "seclabel",    "context",    "fscontext", "defcontext",
	"rootcontext", "quota",       "noquota",     "usrquota",   "grpquota",  "prjquota",
	"usrjquota",   "grpjquota",   "jqfmt",       "uquota",     "gquota",    "pquota",
	"uqnoenforce", "gqnoenforce", "pqnoenforce", "qnoenforce", "dax",
};

/*
 * Addresses and transport that belong to the connection of the kernel that died; locks, for
 * which a daemon would have to run; a cache on a disk; what mount(8) does itself; nfs(5).
 */
static const char *const of_nfs[] = {
	"addr",   "mountaddr",  "proto", "mountproto", "clientaddr", "mountport", "lock",
	"nolock", "local_lock", "fsc",   "bg",         "fg",         "retry",
};

static bool has(const char *const *names, size_t count, const char *name, size_t len)
{
	for (size_t i = 0; i < count; i++)
		if (strlen(names[i]) == len && memcmp(names[i], name, len) == 0)
			return true;
	return false;
}

static bool is_carried(const char *name, size_t len, const char *type)
{
	if (has(everywhere, ARRAY_SIZE(everywhere), name, len))
		return false;
	if (strncmp(type, "nfs", 3) == 0 && has(of_nfs, ARRAY_SIZE(of_nfs), name, len))
		return false;
	return len < 2 || strncasecmp(name, "x-", 2) != 0;
}

int mountopts_carry(const char *options, const char *type, char **ret, struct err *err)
{
	_cleanup_free_ char *of_fs = NULL, *kept = NULL;
	char *pos, *name, *value;
	size_t name_len, value_len;
	int r = mnt_split_optstr(options, NULL, NULL, &of_fs, 0, 0);

	if (r < 0)
		return r == -ENOMEM ? err_oom(err)
				    : err_set(err, -EINVAL, "'%s' are no mount options", options);
	pos = of_fs;
	while (pos && mnt_optstr_next_option(&pos, &name, &name_len, &value, &value_len) == 0) {
		_cleanup_free_ char *n = strndup(name, name_len);
		_cleanup_free_ char *v = value ? strndup(value, value_len) : NULL;

		if (!n || (value && !v))
			return err_oom(err);
		if (is_carried(n, name_len, type) && mnt_optstr_append_option(&kept, n, v) < 0)
			return err_oom(err);
	}
	*ret = TAKE_PTR(kept);
	return 0;
}

/* Take an option out of *@options. @ret: its value, malloc()ed; NULL if it was not there. */
static int take_value(char **options, const char *name, char **ret, struct err *err)
{
	size_t size = 0;
	char *value;

	*ret = NULL;
	if (!*options || mnt_optstr_get_option(*options, name, &value, &size) != 0)
		return 0;
	*ret = strndup(value ? value : "", size);
	if (!*ret || mnt_optstr_remove_option(options, name) < 0)
		return err_oom(err);
	return 0;
}

int mountopts_whole_btrfs(char **options, bool always, char **ret, struct err *err)
{
	_cleanup_free_ char *name = NULL, *id = NULL;
	int r = take_value(options, "subvol", &name, err);

	if (r == 0)
		r = take_value(options, "subvolid", &id, err);
	if (r < 0)
		return r;
	if (*options && !**options) {
		free(*options);
		*options = NULL;
	}
	if (always || name) {
		free(id);
		id = strdup(MOUNTOPTS_BTRFS_TOP);
		if (!id)
			return err_oom(err);
	}
	if (id && mnt_optstr_append_option(options, "subvolid", id) < 0)
		return err_oom(err);
	*ret = TAKE_PTR(name);
	return 0;
}
