/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The kernel's settings that decide what becomes a panic, and with it a dump: one table says
 * which there are, what they may be and what that means. A kernel has some of them.
 */
#ifndef KDUMP_KNOBS_H
#define KDUMP_KNOBS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/attrs.h"
#include "lib/err.h"
#include "lib/sysroot.h"

/** enum knob_kind - what a knob's value is. */
enum knob_kind {
	KNOB_NUMBER,
	KNOB_WORDS,     /* words with commas between them, or nothing */
	KNOB_PARAMETER, /* Y or N; a parameter of the kernel's command line */
};

enum {
	KNOB_VALUE_MAX = 256, /* bytes of a value, with NUL */
	KNOB_MEANING_MAX = 384,
	KNOB_MEANINGS = 3,
	KNOB_PATH_MAX = 128,
};

/** struct knob - a row of the table. */
struct knob {
	const char *key; /* as in sysctl.d; a parameter's name */
	enum knob_kind kind;
	int64_t min, max;   /* KNOB_NUMBER */
	const char *since;  /* release of Linux that brought it, if after 4.0 */
	const char *advice; /* what it had better be; NULL: that depends */
	struct {
		int64_t from;     /* the least value that this is said of; words: 1 */
		const char *text; /* '@' stands for the value; NULL: no more of these */
	} says[KNOB_MEANINGS];
};

/** knob_table() - all of them. @ret_count: how many. */
const struct knob *knob_table(size_t *ret_count);

/** knob_name() - its short name, "panic" of "kernel.panic". */
const char *knob_name(const struct knob *knob);

/** knob_path() - its file, as on the machine. */
void knob_path(const struct knob *knob, char ret[static KNOB_PATH_MAX]);

/**
 * knob_find() - the knob of a name, short or as in sysctl.d.
 * Return: 0 or -ENOENT, with a knob in @err that was perhaps meant.
 */
_must_check_ int knob_find(const char *name, const struct knob **ret, struct err *err);

/**
 * knob_read() - what it is set to.
 * Return: 0; -ENOENT if this kernel does not have it; -errno.
 */
_must_check_ int knob_read(const struct sysroot *root, const struct knob *knob,
			   char ret[static KNOB_VALUE_MAX], struct err *err);

/** knob_write() - set it, until the next boot. Return: 0 or -errno. */
_must_check_ int knob_write(const struct sysroot *root, const struct knob *knob, const char *value,
			    struct err *err);

/** knob_check() - is @value one that it may have? Return: 0; -EINVAL with those that it may. */
_must_check_ int knob_check(const struct knob *knob, const char *value, struct err *err);

/** knob_meaning() - what @value means, in words. */
void knob_meaning(const struct knob *knob, const char *value, char ret[static KNOB_MEANING_MAX]);

#endif
