/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Everything that has to be true for a dump to be saved one day, looked at without changing
 * anything: one line each, and what to do about what is not.
 */
#ifndef KDUMP_CHECK_H
#define KDUMP_CHECK_H

#include <stdio.h>

#include "lib/attrs.h"
#include "lib/err.h"

#include "kdump/arming.h"

enum { CHECKS_MAX = 16 };

/** enum check_result - how a check came out. */
enum check_result {
	CHECK_OK,
	CHECK_WARNING, /* works, and may disappoint */
	CHECK_FAILURE, /* no dump will be saved */
	CHECK_SKIPPED, /* could not be looked at, because an earlier one failed */
};

/** struct check - one of them. */
struct check {
	const char *name;
	enum check_result result;
	struct err says; /* text: what was found; hint: the remedy, "" */
};

/** struct checks - all of them, in the order in which they build on each other. */
struct checks {
	struct check list[CHECKS_MAX];
	size_t count;
};

/** checks_run() - look at everything. @ret: filled in. */
void checks_run(const struct sysroot *root, const struct places *places, struct checks *ret);

/** checks_result() - the worst result, CHECK_SKIPPED aside. */
enum check_result checks_result(const struct checks *checks);

/** checks_print() - one line each, and indented what to do. */
void checks_print(FILE *out, const struct checks *checks);

/** checks_json() - the same as a JSON array of objects. Return: 0 or -errno. */
_must_check_ int checks_json(FILE *out, const struct checks *checks, struct err *err);

/**
 * checks_tell_failures() - tell those that failed, with their remedies (tell.h).
 * @but: text of the failure that was told already.
 */
void checks_tell_failures(const struct checks *checks, const char *but);

#endif
