/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A generator of systemd, systemd.generator(7): where dumps go over the network, kdump.service
 * is to wait until that is there, so network-online.target must be started for it. On other
 * machines nothing that is slow at boot is.
 *
 * It runs before any service, as part of systemd's own start. So it says nothing but in the
 * kernel's log, ends soon whatever it finds, and never fails: kdumpctl will tell what is wrong
 * with the configuration.
 */
#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kdump/conf.h"
#include "kdump/rootpath.h"
#include "kdump/tell.h"

#define SYSROOT_OPTION "--sysroot="
#define ONLINE_UNIT    "network-online.target"
#define ONLINE_PATH    "/usr/lib/systemd/system/" ONLINE_UNIT

enum { SECONDS = 10 }; /* the most that reading a file may take */

/* Does the configuration name a target that is reached over the network? */
static bool needs_network(const struct sysroot *root, struct err *err)
{
	static const char *const types[] = { "ssh", "nfs" };
	_cleanup_(conf_done) struct conf conf = { NULL };
	struct stat st;

	if (rootpath_stat(root, CONF_PATH, &st) < 0 || !S_ISREG(st.st_mode) ||
	    conf_read(root, CONF_ADMIN, &conf, err) < 0 || !conf.target)
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(types); i++)
		if (strcmp(conf.target_type, types[i]) == 0)
			return true;
	return false;
}

static int link_unit(const char *folder, struct err *err)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/kdump.service.wants", folder);
	if (mkdir(path, 0755) < 0 && errno != EEXIST)
		return err_errno(err, -errno, "cannot create %s", path);
	snprintf(path, sizeof(path), "%s/kdump.service.wants/" ONLINE_UNIT, folder);
	if (symlink(ONLINE_PATH, path) < 0 && errno != EEXIST)
		return err_errno(err, -errno, "cannot create %s", path);
	return 0;
}

int main(int argc, char **argv)
{
	const struct tell_levels levels = { .kmsg = TELL_WARNING };
	struct sysroot root = { .dir = "" };
	struct err err = ERR_INIT;
	int first = 1;

	alarm(SECONDS);
	if (argc > 1 && strncmp(argv[1], SYSROOT_OPTION, strlen(SYSROOT_OPTION)) == 0)
		root.dir = argv[first++] + strlen(SYSROOT_OPTION);
	tell_set(&root, &levels);
	/* systemd names three folders, of which the first one is of usual priority. */
	if (needs_network(&root, &err) && link_unit(first < argc ? argv[first] : "/tmp", &err) < 0)
		tell_problem(&err);
	return EXIT_SUCCESS;
}
