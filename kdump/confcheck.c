/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "kdump/confcheck.h"
#include "kdump/ownhost.h"
#include "kdump/rootpath.h"
#include "kdump/sshalias.h"

#define CIB "/var/lib/pacemaker/cib/cib.xml" /* Pacemaker's configuration, as it is on disk */

enum { CIB_MAX = 16 << 20 }; /* bytes */

static int check_program(const struct sysroot *root, const struct conf *conf, const char *directive,
			 const char *path, struct err *err)
{
	struct stat st;
	int r;

	if (!path)
		return 0;
	r = rootpath_stat(root, path, &st);
	if (r < 0)
		err_set(err, r, "Error: %s not found.", path);
	else if (!S_ISREG(st.st_mode) || !(st.st_mode & 0111))
		r = err_set(err, -EACCES, "Error: %s is not executable.", path);
	return r < 0 ? conf_blame(conf, directive, err, r) : 0;
}

static int check_sshkey(const struct sysroot *root, struct conf *conf, struct err *err)
{
	char *key;

	if (!conf->sshkey || rootpath_exists(root, conf->sshkey))
		return 0;
	if (conf_warn(conf, "sshkey", "'%s' doesn't exist, using default value '%s'", conf->sshkey,
		      CONFCHECK_SSHKEY) < 0)
		return err_oom(err);
	key = strdup(CONFCHECK_SSHKEY);
	if (!key)
		return err_oom(err);
	free(conf->sshkey);
	conf->sshkey = key;
	return 0;
}

static int check_ssh(const struct sysroot *root, const struct conf *conf, struct err *err)
{
	const char *host;
	int r;

	if (!conf->target || strcmp(conf->target_type, "ssh") != 0)
		return 0;
	if (conf->collector.n > 0 && strcmp(conf->collector.v[0], "cp") == 0) {
		err_set(err, -EINVAL, "core_collector cp cannot write to an ssh target");
		err_hint(err, -EINVAL,
			 "Take makedumpfile, scp, or a program that writes what it "
			 "saves to its standard output.");
		return conf_blame(conf, "core_collector", err, -EINVAL);
	}
	host = strchr(conf->target, '@') + 1;
	r = sshalias_is(root, host, err);
	if (r <= 0)
		return r;
	err_set(err, -EINVAL, "Invalid ssh destination %s provided.", conf->target);
	err_hint(err, -EINVAL,
		 "%s is an alias of ssh's configuration, which the capture image does not have: "
		 "name the host itself.",
		 host);
	return conf_blame(conf, "ssh", err, -EINVAL);
}

static int check_raw(const struct sysroot *root, const struct conf *conf, struct err *err)
{
	struct rootpath full;
	int r;

	if (!conf->target || strcmp(conf->target_type, "raw") != 0)
		return 0;
	r = rootpath_join(root, conf->target, &full, err);
	if (r < 0)
		return r;
	if (access(full.text, R_OK) == 0)
		return 0;
	r = -errno;
	err_errno(err, r, "Bad raw disk %s", conf->target);
	return conf_blame(conf, "raw", err, r);
}

static int check_fence(const struct sysroot *root, const struct conf *conf, struct err *err)
{
	for (size_t i = 0; i < conf->fence_kdump_nodes.n; i++) {
		const char *node = conf->fence_kdump_nodes.v[i];
		int r = ownhost_is(root, node, err);

		if (r < 0)
			return r;
		if (r == 0)
			continue;
		err_set(err, -EINVAL, "Option fence_kdump_nodes cannot contain %s", node);
		err_hint(err, -EINVAL, "That is this host; name the others of the cluster.");
		return conf_blame(conf, "fence_kdump_nodes", err, -EINVAL);
	}
	return 0;
}

/* A rule that can never come into force is one that somebody relies on in vain. */
static int check_loop(struct conf *conf, struct err *err)
{
	const struct conf_loop *loop = &conf->crash_loop;
	const char *type = conf->target ? conf->target_type : "";
	int r = 0;

	if (loop->count && conf->keep_dumps && loop->count - 1 > conf->keep_dumps)
		r = conf_warn(conf, "crash_loop",
			      "with keep_dumps %ju, so many dumps are not kept to be counted",
			      (uintmax_t)conf->keep_dumps);
	if (r == 0 && loop->count && (strcmp(type, "ssh") == 0 || strcmp(type, "raw") == 0))
		r = conf_warn(conf, "crash_loop", "dumps on a target of type %s are not counted",
			      type);
	return r < 0 ? err_oom(err) : 0;
}

/* Nodes that wait for our word, and that we would not tell. */
static int check_cluster(const struct sysroot *root, struct conf *conf, struct err *err)
{
	static const char agent[] = "type=\"fence_kdump\"";
	_cleanup_free_ char *cib = NULL;

	if (conf->fence_kdump_nodes.n > 0 ||
	    sysroot_read(root, CIB, CIB_MAX, &cib, NULL, NULL) < 0 || !strstr(cib, agent))
		return 0;
	if (strv_addf(&conf->warnings,
		      "warning: the cluster waits for word of a dump (fence_kdump in %s), but no "
		      "fence_kdump_nodes in %s says whom to tell",
		      CIB, CONF_PATH) < 0)
		return err_oom(err);
	return 0;
}

int confcheck(const struct sysroot *root, struct conf *conf, struct err *err)
{
	int r = check_sshkey(root, conf, err);

	if (r == 0)
		r = check_loop(conf, err);
	if (r == 0)
		r = check_ssh(root, conf, err);
	if (r == 0)
		r = check_raw(root, conf, err);
	if (r == 0)
		r = check_fence(root, conf, err);
	if (r == 0)
		r = check_cluster(root, conf, err);
	if (r == 0)
		r = check_program(root, conf, "kdump_pre", conf->kdump_pre, err);
	if (r == 0)
		r = check_program(root, conf, "kdump_post", conf->kdump_post, err);
	if (r == 0)
		r = check_program(root, conf, "kdump_emergency", conf->kdump_emergency, err);
	return r;
}
