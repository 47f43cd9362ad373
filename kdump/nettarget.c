/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <libmount.h>
#include <stdlib.h>
#include <string.h>

#include "kdump/mountopts.h"
#include "kdump/netroute.h"
#include "kdump/nettarget.h"
#include "kdump/sshcommand.h"

bool nettarget_is_nfs(const char *type)
{
	return strcmp(type, "nfs") == 0 || strcmp(type, "nfs4") == 0;
}

/* The value of a mount option; NULL if it does not stand there. */
static int option_value(const char *options, const char *name, char **ret, struct err *err)
{
	char *value;
	size_t len;

	*ret = NULL;
	if (mnt_optstr_get_option(options, name, &value, &len) != 0 || !value)
		return 0;
	*ret = strndup(value, len);
	return *ret ? 0 : err_oom(err);
}

/* Keys of Kerberos are got by a daemon, which the image does not have. */
static int check_security(const char *options, const char *source, struct err *err)
{
	_cleanup_free_ char *sec = NULL;
	int r = option_value(options, "sec", &sec, err);

	if (r < 0 || !sec || strncmp(sec, "krb5", 4) != 0)
		return r;
	err_set(err, -ENOTSUP, "%s is mounted with sec=%s, which the capture image cannot do",
		source, sec);
	return err_hint(err, -ENOTSUP, "Let the server export a folder for dumps with sec=sys.");
}

/* Name the server of HOST:/EXPORT. */
static int use_server(const char *source, struct target *t, struct err *err)
{
	const char *end = source[0] == '[' ? strchr(source, ']') : strstr(source, ":/");

	if (!end)
		return err_set(err, -EINVAL, "%s is no NFS export", source);
	source += source[0] == '[';
	t->server = strndup(source, (size_t)(end - source));
	return t->server ? 0 : err_oom(err);
}

/*
 * How long the running system waits for a server is about its own programs, that go on when it is
 * back, and the mount table always says it, whether anybody asked for it or not. The capture has
 * its own patience (capnfs.h), but for what kdump.conf itself says.
 */
static int drop_patience(char **options, struct err *err)
{
	static const char *const names[] = { "hard", "soft", "softerr", "timeo", "retrans" };

	if (!*options)
		return 0;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (mnt_optstr_remove_option(options, names[i]) < 0)
			return err_oom(err);
	if (!**options) {
		free(*options);
		*options = NULL;
	}
	return 0;
}

int nettarget_use_options(const char *options, struct target *t, struct err *err)
{
	int r = check_security(options, t->name, err);

	if (r < 0)
		return r;
	free(t->options);
	t->options = NULL;
	return mountopts_carry(options, t->type, &t->options, err);
}

int nettarget_use_export(const char *source, const char *options, struct target *t, struct err *err)
{
	int r = check_security(options, source, err);

	if (r == 0)
		r = use_server(source, t, err);
	if (r == 0 && !t->options)
		r = mountopts_carry(options, "nfs", &t->options, err);
	if (r == 0)
		r = drop_patience(&t->options, err);
	if (r < 0)
		return r;
	t->type = strdup("nfs");
	t->device = strdup(source);
	t->name = strdup(source);
	return t->type && t->device && t->name ? 0 : err_oom(err);
}

int nettarget_use_mount(const struct mounted *m, struct target *t, struct err *err)
{
	int r = nettarget_use_export(m->source, m->options, t, err);

	return r < 0 ? r : option_value(m->options, "addr", &t->address, err);
}

int nettarget_use_login(const char *login, const char *inner, struct target *t, struct err *err)
{
	t->server = sshcommand_host(login);
	t->type = strdup("ssh");
	t->device = strdup(login);
	t->name = strdup(login);
	t->inner = strdup(inner);
	return t->server && t->type && t->device && t->name && t->inner ? 0 : err_oom(err);
}

int nettarget_route(const struct sysroot *root, struct target *t, struct err *err)
{
	struct netrecord *record;
	int r;

	if (!t->server)
		return 0;
	record = calloc(1, sizeof(*record));
	if (!record)
		return err_oom(err);
	r = netroute_record(root, t->server, t->address, AF_UNSPEC, record, err);
	if (r < 0) {
		free(record);
		return r;
	}
	free(t->network);
	t->network = record;
	return 0;
}
