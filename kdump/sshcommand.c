/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kdump/sshcommand.h"

/* Nothing of ssh_config(5) is read (-F); a dead server is noticed within a minute. */
static const char *const options[] = {
	"-F", "/dev/null",
	"-o", "BatchMode=yes",
	"-o", "StrictHostKeyChecking=yes",
	"-o", "IdentitiesOnly=yes",
	"-o", "ServerAliveInterval=15",
	"-o", "ServerAliveCountMax=4",
};

/* The host of USER@HOST as it stands there. */
static const char *host_part(const char *login)
{
	const char *at = strchr(login, '@');

	return at ? at + 1 : login;
}

bool sshcommand_is_scp(const char *program)
{
	const char *slash = strrchr(program, '/');

	return strcmp(slash ? slash + 1 : program, "scp") == 0;
}

char *sshcommand_host(const char *login)
{
	const char *host = host_part(login);
	size_t len = strlen(host);

	if (len >= 2 && host[0] == '[' && host[len - 1] == ']')
		return strndup(host + 1, len - 2);
	return strdup(host);
}

int sshcommand_begin(const struct sshcommand *c, struct strv *ret)
{
	int r = strv_add(ret, c->program);

	for (size_t i = 0; r == 0 && i < ARRAY_SIZE(options); i++)
		r = strv_add(ret, options[i]);
	if (r == 0)
		r = strv_add(ret, "-o");
	if (r == 0)
		r = strv_addf(ret, "ConnectTimeout=%u", c->connect);
	if (r == 0)
		r = strv_add(ret, "-i");
	return r < 0 ? r : strv_add(ret, c->key);
}

int sshcommand_run(const struct sshcommand *c, const char *script, struct strv *ret)
{
	_cleanup_free_ char *host = sshcommand_host(c->login);
	int r = host ? sshcommand_begin(c, ret) : -ENOMEM;

	if (r == 0)
		r = strv_addf(ret, "%.*s%s", (int)(host_part(c->login) - c->login), c->login, host);
	return r < 0 ? r : strv_add(ret, script);
}

char *sshcommand_place(const char *login, const char *path)
{
	_cleanup_free_ char *host = sshcommand_host(login);
	int user = (int)(host_part(login) - login);
	bool colons = host && strchr(host, ':');
	char *place;

	if (!host || asprintf(&place, "%.*s%s%s%s:%s", user, login, colons ? "[" : "", host,
			      colons ? "]" : "", path) < 0)
		return NULL;
	return place;
}

int sshcommand_copy(const struct sshcommand *c, const struct strv *words, const char *file,
		    const char *remote, struct strv *ret)
{
	char *place = sshcommand_place(c->login, remote);
	int r = place ? sshcommand_begin(c, ret) : -ENOMEM;

	for (size_t i = 0; r == 0 && words && i < words->n; i++)
		r = strv_add(ret, words->v[i]);
	if (r == 0)
		r = strv_add(ret, file);
	if (r == 0)
		return strv_take(ret, place);
	free(place);
	return r;
}
