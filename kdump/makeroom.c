/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <time.h>

#include "lib/err.h"
#include "lib/sysroot.h"

#include "kdump/console.h"
#include "kdump/dumpdelete.h"
#include "kdump/makeroom.h"
#include "kdump/netrecord.h"
#include "kdump/retention.h"

static void remove_chosen(const struct dumps *dumps, const enum retention *chosen,
			  void (*alive)(void *ctx), void *ctx)
{
	struct err err = ERR_INIT;

	for (size_t i = 0; i < dumps->n; i++) {
		if (chosen[i] == RETENTION_STAYS)
			continue;
		if (alive)
			alive(ctx);
		if (dump_delete(dumps, &dumps->v[i], &err) < 0)
			console_say("%s", err.text);
		else
			console_say("removed the old dump %s", dumps->v[i].name);
	}
}

static bool is_certain(const char *host)
{
	struct netrecord_address ignored;

	return strcmp(host, DUMP_NAME_LOCAL) == 0 || netrecord_parse_address(host, &ignored) < 0;
}

void makeroom(const char *folder, const char *host, const struct conf *conf, uint64_t wanted,
	      void (*alive)(void *ctx), void *ctx)
{
	static const struct sysroot here = { .dir = "" };
	_cleanup_(dumps_done) struct dumps dumps = DUMPS_INIT;
	_cleanup_free_ enum retention *chosen = NULL;
	struct conf rules = { .min_free = conf->min_free, .max_age = conf->max_age };
	struct err err = ERR_INIT;
	uint64_t free_bytes;
	struct statvfs fs;

	snprintf(dumps.host, sizeof(dumps.host), "%s", host);
	if (!retention_is_set(conf) || !is_certain(host) ||
	    dumps_read(&here, folder, &dumps, &err) < 0 || dumps.n == 0 ||
	    fstatvfs(dumps.dir, &fs) < 0)
		return;
	free_bytes = (uint64_t)fs.f_bavail * fs.f_frsize;
	chosen = calloc(dumps.n, sizeof(*chosen));
	if (free_bytes >= wanted || !chosen)
		return;
	if (conf->keep_dumps)
		rules.keep_dumps = conf->keep_dumps > 1 ? conf->keep_dumps - 1 : 1;
	retention_choose(&dumps, &rules, time(NULL), free_bytes, chosen);
	remove_chosen(&dumps, chosen, alive, ctx);
}
