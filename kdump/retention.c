/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kdump/retention.h"

enum { SECONDS_PER_DAY = 86400 };

/* Is this a dump that may be removed at all: one of our own? */
static bool applies(const struct dump *dump)
{
	return dump->own && dump->state != DUMP_UNREADABLE;
}

bool retention_is_set(const struct conf *conf)
{
	return conf->keep_dumps || conf->min_free || conf->max_age;
}

/* @left: dumps from this one on, with it. */
static enum retention judge(const struct dump *dump, const struct conf *conf, uint64_t left,
			    time_t now, uint64_t free_bytes)
{
	time_t age = now - dump->said.time;

	if (conf->keep_dumps && left > conf->keep_dumps)
		return RETENTION_COUNT;
	if (conf->max_age && age > 0 && (uint64_t)age / SECONDS_PER_DAY >= conf->max_age)
		return RETENTION_AGE;
	return free_bytes < conf->min_free ? RETENTION_SPACE : RETENTION_STAYS;
}

uint64_t retention_choose(const struct dumps *dumps, const struct conf *conf, time_t now,
			  uint64_t free_bytes, enum retention *ret)
{
	size_t whole = dumps->n; /* the newest of those, which stays in any case */
	uint64_t left = 0;

	for (size_t i = 0; i < dumps->n; i++) {
		left += applies(&dumps->v[i]);
		if (applies(&dumps->v[i]) && dumps->v[i].state == DUMP_COMPLETE)
			whole = i;
	}
	for (size_t i = 0; i < dumps->n; i++) {
		const struct dump *dump = &dumps->v[i];

		ret[i] = RETENTION_STAYS;
		if (!applies(dump))
			continue;
		if (left > 1 && i != whole)
			ret[i] = judge(dump, conf, left, now, free_bytes);
		if (ret[i] != RETENTION_STAYS)
			free_bytes += dump->size;
		left--;
	}
	return free_bytes;
}
