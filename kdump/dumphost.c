/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kdump/dumphost.h"
#include "kdump/mounts.h"
#include "kdump/nettarget.h"
#include "kdump/rootpath.h"
#include "kdump/virtiofs.h"

#define HOST_NAME  "/proc/sys/kernel/hostname"
#define MACHINE_ID "/etc/machine-id"
#define DIGITS     "0123456789abcdef"

enum {
	FILE_MAX = 256,   /* bytes of either file */
	NAME_MOST = 64,   /* bytes of the host name; more is cut off. The kernel has no more */
	ID_DIGITS = 32,   /* machine-id(5) */
	SHOWN_DIGITS = 8, /* of them, in the word */
};

_Static_assert(NAME_MOST + 1 + SHOWN_DIGITS < DUMP_HOST_MAX, "DUMP_HOST_MAX is too small");

static int read_id(const struct sysroot *root, char **ret, struct err *err)
{
	int r = sysroot_read(root, MACHINE_ID, FILE_MAX, ret, NULL, err);

	if (r == 0 && strspn(*ret, DIGITS) != ID_DIGITS)
		r = err_set(err, -EINVAL, MACHINE_ID " holds no machine ID");
	if (r == 0)
		return 0;
	err_prefix(err, r,
		   "dumps in a folder that others save to are told apart by the machine ID");
	return err_hint(err, r, "Make one: systemd-machine-id-setup");
}

/* Letter by letter, as each may be what no name of a dump has. */
static void clean(char *name)
{
	for (; *name; name++) {
		const char letter[] = { *name, '\0' };

		if (!dump_name_takes(letter) && *name != '.')
			*name = '_';
	}
}

int dumphost_shared(const struct sysroot *root, char ret[static DUMP_HOST_MAX], struct err *err)
{
	_cleanup_free_ char *name = NULL, *id = NULL;
	int r = sysroot_read(root, HOST_NAME, FILE_MAX, &name, NULL, err);

	if (r == 0)
		r = read_id(root, &id, err);
	if (r < 0)
		return r;
	name[strcspn(name, "\n")] = '\0';
	clean(name);
	if (name[0] == '.' || name[0] == '-')
		name[0] = '_';
	snprintf(ret, DUMP_HOST_MAX, "%.*s-%.*s", NAME_MOST, name[0] ? name : "localhost",
		 SHOWN_DIGITS, id);
	return 0;
}

int dumphost_of_folder(const struct sysroot *root, const char *folder,
		       char ret[static DUMP_HOST_MAX], struct err *err)
{
	_cleanup_(mounted_done) struct mounted m = { NULL };
	struct rootpath real;
	int r = rootpath_real(root, folder, &real, err);

	snprintf(ret, DUMP_HOST_MAX, "%s", r == -ENOENT ? DUMP_NAME_LOCAL : "");
	if (r < 0)
		return r == -ENOENT ? 0 : r;
	r = mounts_of_path(root, real.text, &m, err);
	if (r < 0 || nettarget_is_nfs(m.type))
		return r;
	if (virtiofs_is(m.type))
		return dumphost_shared(root, ret, err);
	snprintf(ret, DUMP_HOST_MAX, "%s", DUMP_NAME_LOCAL);
	return 0;
}
