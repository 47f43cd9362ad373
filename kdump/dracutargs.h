/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * dracut_args of kdump.conf: its --mount names the dump target, which is for us to look after
 * whoever builds the image; every other word is for dracut alone.
 */
#ifndef KDUMP_DRACUTARGS_H
#define KDUMP_DRACUTARGS_H

#include "lib/attrs.h"
#include "lib/err.h"

#include "kdump/strv.h"

/** struct dracutargs - the arguments, parted; release with dracutargs_done(). */
struct dracutargs {
	char *mount;        /* the value of --mount; NULL: there is none */
	struct strv others; /* all other words, in order */
};

/**
 * dracutargs_split() - part the arguments.
 * @text: as in kdump.conf; NULL is no arguments.
 * @ret: all zero at first; holds some of the words even on failure.
 * Return: 0; -EINVAL for a second --mount, one without a value, or bad quotes; -ENOMEM.
 */
_must_check_ int dracutargs_split(const char *text, struct dracutargs *ret, struct err *err);

/** dracutargs_done() - free what @args owns; fine on one that is all zero. */
void dracutargs_done(struct dracutargs *args);

#endif
