/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The command that has the keys of an encrypted dump target kept where a capture can get them.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "kdump/commands.h"
#include "kdump/conf.h"
#include "kdump/crypttab.h"
#include "kdump/luks.h"
#include "kdump/staged.h"
#include "kdump/target.h"

#define CRYPTTAB "/etc/crypttab"

enum { FILE_MAX = 1 << 20, FILE_MODE = 0600 };

/* The encrypted devices below the dump target. */
static int find_devices(const struct sysroot *root, struct strv *ret, struct err *err)
{
	_cleanup_(target_done) struct target target = { NULL };
	_cleanup_(conf_done) struct conf conf = { NULL };
	int r = conf_read(root, CONF_ADMIN, &conf, err);

	if (r == 0)
		r = target_find(root, &conf, &target, err);
	return r < 0 || !target.sysfs ? r : luks_below(root, target.sysfs, ret, err);
}

/* Have one device's key linked in *@text, which is replaced. Return: 1 if that changed it. */
static int link_key(char **text, const char *uuid, struct err *err)
{
	char *changed;
	int r = crypttab_link_key(*text, uuid, &changed);

	if (r == -ENOENT) {
		err_set(err, r, "%s has no line for UUID=%s, which the dump target lies on",
			CRYPTTAB, uuid);
		return err_hint(err, r, "Write there: luks-%s UUID=%s none", uuid, uuid);
	}
	if (r < 0)
		return err_oom(err);
	free(*text);
	*text = changed;
	if (r == CRYPTTAB_ADDED)
		printf("Added link-volume-key for UUID=%s\n", uuid);
	else if (r == CRYPTTAB_REPLACED)
		printf("Replaced link-volume-key for UUID=%s\n", uuid);
	return r != CRYPTTAB_SAME;
}

static int edit(const struct sysroot *root, const struct strv *uuids, struct err *err)
{
	_cleanup_free_ char *text = NULL;
	bool changed = false;
	int r = sysroot_read(root, CRYPTTAB, FILE_MAX, &text, NULL, err);

	for (size_t i = 0; r >= 0 && i < uuids->n; i++) {
		r = link_key(&text, uuids->v[i], err);
		changed = changed || r > 0;
	}
	if (r < 0 || !changed)
		return r < 0 ? r : 0;
	r = staged_write(root, CRYPTTAB, text, FILE_MODE, err);
	if (r == 0)
		printf("%s was written; it takes effect when the device is opened next.\n"
		       "The capture does not take keys over yet: see \"Encrypted targets\" in "
		       "kdump.conf(5).\n",
		       CRYPTTAB);
	return r;
}

int command_setup_crypttab(struct invocation *inv, struct err *err)
{
	_cleanup_(strv_done) struct strv uuids = { NULL };
	int r = find_devices(&inv->root, &uuids, err);

	if (r == 0 && uuids.n == 0)
		printf("The dump target is not on a LUKS device; nothing to do.\n");
	else if (r == 0)
		r = edit(&inv->root, &uuids, err);
	if (r < 0)
		err_print(stderr, NULL, err);
	return r;
}
