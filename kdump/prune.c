/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/statvfs.h>
#include <time.h>

#include "kdump/dumpdelete.h"
#include "kdump/dumpview.h"
#include "kdump/prune.h"
#include "kdump/retention.h"

enum { REASON_MAX = 96 };

static void reason_text(enum retention why, const struct conf *conf, char ret[static REASON_MAX])
{
	char size[SIZE_TEXT_MAX];

	switch (why) {
	case RETENTION_COUNT:
		snprintf(ret, REASON_MAX, "more than keep_dumps %" PRIu64, conf->keep_dumps);
		break;
	case RETENTION_AGE:
		snprintf(ret, REASON_MAX, "older than max_age %" PRIu64, conf->max_age);
		break;
	default:
		size_text(conf->min_free, size);
		snprintf(ret, REASON_MAX, "less is free than min_free %s", size);
		break;
	}
}

static int prune_one(const struct dumps *dumps, const struct dump *dump, const char *reason,
		     bool dry_run, struct err *err)
{
	char size[SIZE_TEXT_MAX];
	int r = dry_run ? 0 : dump_delete(dumps, dump, err);

	if (r < 0)
		return r;
	size_text(dump->size, size);
	printf("%s %s/%s, %s: %s\n", dry_run ? "Would delete" : "Deleted", dumps->path, dump->name,
	       size, reason);
	return 1;
}

static void tell_space(const struct conf *conf, uint64_t free_bytes)
{
	char wanted[SIZE_TEXT_MAX], got[SIZE_TEXT_MAX];

	if (free_bytes >= conf->min_free)
		return;
	size_text(conf->min_free, wanted);
	size_text(free_bytes, got);
	printf("%s free is less than min_free %s, and no other dump may be deleted.\n", got,
	       wanted);
}

int prune(const struct dumps *dumps, const struct conf *conf, bool dry_run, struct err *err)
{
	_cleanup_free_ enum retention *chosen = NULL;
	struct statvfs fs = { 0 };
	char reason[REASON_MAX];
	uint64_t free_bytes;
	int r = dry_run ? 0 : dump_delete_rest(dumps, err), count = 0;

	if (r < 0)
		return r;
	if (dumps->n == 0)
		return 0;
	if (fstatvfs(dumps->dir, &fs) < 0)
		return err_errno(err, -errno, "cannot tell how much is free in %s", dumps->path);
	chosen = calloc(dumps->n, sizeof(*chosen));
	if (!chosen)
		return err_oom(err);
	free_bytes = retention_choose(dumps, conf, time(NULL), (uint64_t)fs.f_bavail * fs.f_frsize,
				      chosen);
	for (size_t i = 0; r >= 0 && i < dumps->n; i++) {
		if (chosen[i] == RETENTION_STAYS)
			continue;
		reason_text(chosen[i], conf, reason);
		r = prune_one(dumps, &dumps->v[i], reason, dry_run, err);
		count += r;
	}
	if (r < 0)
		return r;
	tell_space(conf, free_bytes);
	return count;
}
