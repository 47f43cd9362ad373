/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A generator of systemd, systemd.generator(7): where dumps go over the network, kdump.service
 * is to wait until that is there, so network-online.target must be started for it. On other
 * machines nothing that is slow at boot is. And where the kernel's command line asks for that,
 * in RHEL's words, the capture kernel is loaded early.
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

#include "lib/cmdline.h"

#include "kdump/conf.h"
#include "kdump/rootpath.h"
#include "kdump/tell.h"

#define SYSROOT_OPTION "--sysroot="
#define EARLY_WORD     "rd.earlykdump" /* dracut-style, see dracut.cmdline(7): "=0" is no */

enum {
	SECONDS = 10,           /* the most that reading a file may take */
	CMDLINE_MAX = 64 << 10, /* bytes of /proc/cmdline; kernels take 4096 or less */
};

/* struct link - a unit to be started for another one. */
struct link {
	const char *wants; /* folder of the other one's */
	const char *unit;
	const char *path; /* where it is installed */
};

static const struct link online = {
	"kdump.service.wants",
	"network-online.target",
	"/usr/lib/systemd/system/network-online.target",
};
static const struct link early = {
	"sysinit.target.wants",
	"kdump-early.service",
	UNITDIR "/kdump-early.service",
};

/* Does the configuration name what is reached over the network? */
static bool needs_network(const struct sysroot *root, struct err *err)
{
	static const char *const types[] = { "ssh", "nfs" };
	_cleanup_(conf_done) struct conf conf = { NULL };
	struct stat st;

	if (rootpath_stat(root, CONF_PATH, &st) < 0 || !S_ISREG(st.st_mode) ||
	    conf_read(root, CONF_ADMIN, &conf, err) < 0)
		return false;
	if (conf.fence_kdump_nodes.n > 0)
		return true;
	for (size_t i = 0; conf.target && i < ARRAY_SIZE(types); i++)
		if (strcmp(conf.target_type, types[i]) == 0)
			return true;
	return false;
}

static bool wants_early(const struct sysroot *root)
{
	static const char *const no[] = { "0", "no", "off" };
	_cleanup_free_ char *line = NULL, *value = NULL;

	if (sysroot_read(root, "/proc/cmdline", CMDLINE_MAX, &line, NULL, NULL) < 0 ||
	    cmdline_value(line, EARLY_WORD, &value) <= 0)
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(no); i++)
		if (strcmp(value, no[i]) == 0)
			return false;
	return true;
}

static int make_link(const char *folder, const struct link *link, struct err *err)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/%s", folder, link->wants);
	if (mkdir(path, 0755) < 0 && errno != EEXIST)
		return err_errno(err, -errno, "cannot create %s", path);
	snprintf(path, sizeof(path), "%s/%s/%s", folder, link->wants, link->unit);
	if (symlink(link->path, path) < 0 && errno != EEXIST)
		return err_errno(err, -errno, "cannot create %s", path);
	return 0;
}

int main(int argc, char **argv)
{
	const struct tell_levels levels = { .kmsg = TELL_WARNING };
	struct sysroot root = { .dir = "" };
	struct err err = ERR_INIT;
	const char *folder;
	int first = 1;

	alarm(SECONDS);
	if (argc > 1 && strncmp(argv[1], SYSROOT_OPTION, strlen(SYSROOT_OPTION)) == 0)
		root.dir = argv[first++] + strlen(SYSROOT_OPTION);
	if (first == argc) {
		fprintf(stderr, "Usage: kdump-dep-generator FOLDER [EARLY-FOLDER LATE-FOLDER]\n"
				"systemd runs it; see systemd.generator(7).\n");
		return EXIT_FAILURE;
	}
	tell_set(&root, &levels);
	/* systemd names three folders, of which the first one is of usual priority. */
	folder = argv[first];
	if (wants_early(&root) && make_link(folder, &early, &err) < 0)
		tell_problem(&err);
	if (needs_network(&root, &err) && make_link(folder, &online, &err) < 0)
		tell_problem(&err);
	return EXIT_SUCCESS;
}
