/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which dumps keep_dumps, min_free and max_age of kdump.conf let go. Only complete or broken
 * dumps of this machine's own are ever chosen, and never the newest of them.
 */
#ifndef KDUMP_RETENTION_H
#define KDUMP_RETENTION_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#include "lib/attrs.h"

#include "kdump/conf.h"
#include "kdump/dumps.h"

/** enum retention - why a dump may go. */
enum retention { RETENTION_STAYS, RETENTION_COUNT, RETENTION_AGE, RETENTION_SPACE };

/** retention_is_set() - is one of the three directives set? */
bool retention_is_set(const struct conf *conf);

/**
 * retention_choose() - choose, from the oldest on.
 * @now: seconds since 1970. @free_bytes: what is free where the dumps lie.
 * @ret: of as many elements as there are dumps.
 * Return: bytes that are free without those that were chosen.
 */
uint64_t retention_choose(const struct dumps *dumps, const struct conf *conf, time_t now,
			  uint64_t free_bytes, enum retention *ret);

#endif
