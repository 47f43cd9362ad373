/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The command that lets this machine's capture log in where its dumps go to by ssh.
 */
#include <errno.h>
#include <string.h>

#include "kdump/commands.h"
#include "kdump/conf.h"
#include "kdump/confcheck.h"
#include "kdump/sshcommand.h"
#include "kdump/sshkey.h"
#include "kdump/tell.h"

static int read_target(const struct sysroot *root, struct conf *conf, struct err *err)
{
	int r = conf_read(root, CONF_ADMIN, conf, err);

	if (r == 0)
		r = confcheck(root, conf, err);
	for (size_t i = 0; i < conf->warnings.n; i++)
		tell_warning("%s", conf->warnings.v[i]);
	if (r < 0 || (conf->target && strcmp(conf->target_type, "ssh") == 0))
		return r;
	err_set(err, -EINVAL, "No ssh config specified in %s.  Can't propagate", CONF_PATH);
	return err_hint(err, -EINVAL, "Write there: ssh USER@HOST");
}

static int make_key(const struct sshkey *key, struct err *err)
{
	int r;

	if (sshkey_exists(key)) {
		tell(TELL_INFO, "Using existing keys...");
		return 0;
	}
	r = sshkey_make(key, err);
	if (r == 0)
		tell(TELL_INFO, "Generating new ssh keys... done.");
	return r;
}

static int copy_key(const struct sshkey *key, struct err *err)
{
	_cleanup_free_ char *host = sshcommand_host(key->login);
	int r = host ? sshkey_copy(key, err) : err_oom(err);

	if (r == 0)
		r = sshkey_try(key, err);
	if (r < 0) {
		tell_error(err);
		return err_set(err, r, "Failed to propagate ssh key, %s failed in transfer to %s",
			       key->file, host ? host : key->login);
	}
	tell(TELL_INFO, "%s has been added to ~%.*s/.ssh/authorized_keys on %s", key->file,
	     (int)strcspn(key->login, "@"), key->login, host);
	return 0;
}

int command_propagate(struct invocation *inv, struct err *err)
{
	_cleanup_(conf_done) struct conf conf = { NULL };
	struct sshkey key = { .root = &inv->root };
	int r = read_target(&inv->root, &conf, err);

	if (r == 0) {
		key.file = conf.sshkey ? conf.sshkey : CONFCHECK_SSHKEY;
		key.login = conf.target;
		r = make_key(&key, err);
	}
	if (r == 0)
		r = copy_key(&key, err);
	if (r < 0)
		tell_error(err);
	return r;
}
