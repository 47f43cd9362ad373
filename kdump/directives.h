/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The directives of kdump.conf: one table says which there are, what each takes and whether
 * the capture image does it yet. Names and meanings are those of RHEL 7 and of today
 * (kdump.conf(5) of both), and a few of our own.
 */
#ifndef KDUMP_DIRECTIVES_H
#define KDUMP_DIRECTIVES_H

#include <stddef.h>

#include "lib/attrs.h"
#include "lib/err.h"

#include "kdump/conf.h"

/** enum directive_status - what may become of a directive. */
enum directive_status {
	DIRECTIVE_WORKS,
	DIRECTIVE_IMAGE,      /* known in the image's configuration only */
	DIRECTIVE_DEPRECATED, /* refused for good; RHEL 7 dropped it */
};

/** struct directive - a row of the table. */
struct directive {
	const char *name;
	const char *value; /* what it takes, for messages; words to choose from with '|' */
	enum directive_status status;
	/*
	 * Check @value, which is not empty, and put it into @conf. Return: 0; 1 if that is
	 * something that the capture image cannot do yet; -EINVAL, -ENOMEM.
	 */
	int (*set)(const struct directive *row, const char *value, struct conf *conf,
		   struct err *err);
	size_t member;     /* offset in struct conf of what @set fills in, where it needs that */
	const char *today; /* the name that replaced this one; NULL: this is today's */
};

/** directive_find() - the directive called @name; NULL if there is none. */
const struct directive *directive_find(const char *name);

/**
 * directive_line() - where in @conf the line of a directive is kept. An old name and
 * today's share one.
 */
unsigned long *directive_line(struct conf *conf, const struct directive *row);

/** directive_refuse_unknown() - say that there is none called @name. Return: -EINVAL. */
int directive_refuse_unknown(const char *name, struct err *err);

#endif
