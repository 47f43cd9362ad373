/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The ways to save the memory, from what core_collector asks for down to what still works when
 * that fails: with less memory, with less of the dump, without any program.
 */
#ifndef KDUMP_ATTEMPTS_H
#define KDUMP_ATTEMPTS_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/attrs.h"

#include "kdump/strv.h"

enum { ATTEMPTS_MAX = 4 };

/** struct attempt - one way. */
struct attempt {
	const char *name;  /* for the console, as in "trying NAME" */
	struct strv words; /* program and options; empty: our own copy of all memory */
	bool less;         /* it makes a smaller dump than the first */
	bool own;          /* our own copy */
};

/** struct attempts - in the order in which they are tried; release with attempts_done(). */
struct attempts {
	struct attempt v[ATTEMPTS_MAX];
	size_t n;
};

/**
 * attempts_make() - work out the ways.
 * @collector: core_collector's words.
 * @makedumpfile: path of that program; NULL: there is none.
 * @cpus: processors that run.
 * @streams: dumps go to a stream.
 * @ret: untouched on failure.
 * Return: 0 or -ENOMEM.
 */
_must_check_ int attempts_make(const struct strv *collector, const char *makedumpfile,
			       unsigned int cpus, bool streams, struct attempts *ret);

/** attempts_done() - release. */
void attempts_done(struct attempts *attempts);

#endif
