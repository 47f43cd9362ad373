/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>

#include "kdump/confcheck.h"
#include "kdump/layout.h"
#include "kdump/rootpath.h"
#include "kdump/run.h"
#include "kdump/sshfiles.h"

#define PASSWD   "root:x:0:0:root:/root:/bin/sh\n"
#define NSSWITCH "passwd: files\nhosts: files\n"

enum { SEED_BYTES = 64 };

/*
 * Up to glibc 2.33 passwd and hosts are looked up by a library that no program names; it lies
 * beside the libc.
 */
static int add_lookup(const struct image_inputs *in, struct elfdeps *deps, struct err *err)
{
	static const char libc[] = "libc.so.", nss[] = "libnss_files.so.2";

	for (size_t i = 0; i < deps->names.n; i++) {
		const char *name = deps->names.v[i], *source = deps->sources.v[i];
		const char *name_end = strrchr(name, '/') + 1;
		const char *source_end = strrchr(source, '/') + 1;
		char from[PATH_MAX], to[PATH_MAX];

		if (strncmp(name_end, libc, strlen(libc)) != 0)
			continue;
		snprintf(from, sizeof(from), "%.*s%s", (int)(source_end - source), source, nss);
		snprintf(to, sizeof(to), "%.*s%s", (int)(name_end - name), name, nss);
		if (rootpath_exists(in->root, from))
			return elfdeps_add(in->root, from, to, deps, err);
		return 0;
	}
	return 0;
}

static int add_key(const struct image_inputs *in, struct image_plan *plan, struct err *err)
{
	const char *key = in->conf->sshkey ? in->conf->sshkey : CONFCHECK_SSHKEY;

	if (rootpath_exists(in->root, key))
		return image_plan_add_file(plan, IMAGE_FILE, 0600, LAYOUT_SSHKEY, key, err);
	err_set(err, -ENOENT, "there is no key to log in to %s with: %s", in->target->name, key);
	return err_hint(err, -ENOENT, "Make one and bring it to the server: kdumpctl propagate");
}

static int add_known_hosts(const struct image_inputs *in, struct image_plan *plan, struct err *err)
{
	static const char *const files[] = { "/root/.ssh/known_hosts", "/etc/ssh/ssh_known_hosts" };
	bool any = false;
	int r = 0;

	for (size_t i = 0; r == 0 && i < ARRAY_SIZE(files); i++) {
		if (!rootpath_exists(in->root, files[i]))
			continue;
		any = true;
		r = image_plan_add_file(plan, IMAGE_FILE, 0600, files[i], files[i], err);
	}
	if (r < 0 || any)
		return r;
	err_set(err, -ENOENT, "the host key of %s is not known: there is no %s", in->target->server,
		files[0]);
	return err_hint(err, -ENOENT, "Log in once as root, or use kdumpctl propagate.");
}

/* Where the server is: nobody can be asked in the capture kernel. */
static int add_hosts(const struct image_inputs *in, struct image_plan *plan, struct err *err)
{
	const struct netrecord *record = in->target->network;
	char address[NETRECORD_ADDRESS_MAX];
	_cleanup_free_ char *text = NULL;

	if (asprintf(&text, "%s %s\n", netrecord_format_address(&record->server, address),
		     record->server_name) < 0) {
		text = NULL;
		return err_oom(err);
	}
	return image_plan_add_text(plan, "/etc/hosts", text, err);
}

/* A kernel that has just started has little of its own to make session keys from. */
static int add_seed(struct image_plan *plan, struct err *err)
{
	char text[2 * SEED_BYTES + 1];
	unsigned char seed[SEED_BYTES];

	if (getrandom(seed, sizeof(seed), 0) != sizeof(seed))
		return err_errno(err, -errno, "cannot get random bytes");
	for (size_t i = 0; i < sizeof(seed); i++)
		snprintf(text + 2 * i, 3, "%02x", seed[i]);
	return image_plan_add_text(plan, LAYOUT_SEED, text, err);
}

int sshfiles_add(const struct image_inputs *in, struct image_plan *plan, struct elfdeps *deps,
		 struct err *err)
{
	_cleanup_free_ char *ssh = NULL;
	int r;

	if (strcmp(in->target->type, "ssh") != 0)
		return 0;
	r = run_find(in->root, "ssh", in->program_dirs, &ssh, err);
	if (r < 0)
		return err_hint(err, r, "Install OpenSSH's client.");
	r = elfdeps_add(in->root, ssh, LAYOUT_SSH, deps, err);
	if (r == 0)
		r = add_lookup(in, deps, err);
	if (r == 0)
		r = add_key(in, plan, err);
	if (r == 0)
		r = add_known_hosts(in, plan, err);
	if (r == 0)
		r = add_hosts(in, plan, err);
	if (r == 0)
		r = image_plan_add_text(plan, "/etc/passwd", PASSWD, err);
	if (r == 0)
		r = image_plan_add_text(plan, "/etc/nsswitch.conf", NSSWITCH, err);
	return r < 0 ? r : add_seed(plan, err);
}
