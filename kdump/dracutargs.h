/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * dracut_args of kdump.conf, which was written for images that dracut builds. Its --mount names
 * the dump target, which is for us to look after whoever builds the image. Some other words say
 * what an image of ours can have as well; many say how dracut is to go about it, which means
 * nothing to ours; and only what is left takes dracut.
 */
#ifndef KDUMP_DRACUTARGS_H
#define KDUMP_DRACUTARGS_H

#include "lib/attrs.h"
#include "lib/err.h"

#include "kdump/strv.h"

/** struct dracutargs - the arguments, parted; release with dracutargs_done(). */
struct dracutargs {
	char *mount;            /* the value of --mount; NULL: there is none */
	struct strv others;     /* all other words, in order, for dracut */
	struct strv modules;    /* of these: what --add-drivers and --force-drivers name */
	struct strv files;      /* what --install names */
	struct strv for_dracut; /* words that mean nothing to an image of ours */
	char *beyond;           /* the first that only dracut can do; NULL: there is none */
};

/**
 * dracutargs_split() - part the arguments.
 * @text: as in kdump.conf; NULL is no arguments.
 * @ret: all zero at first; holds some of the words even on failure.
 * Return: 0; -EINVAL for a second --mount, an option without its value, or bad quotes; -ENOMEM.
 */
_must_check_ int dracutargs_split(const char *text, struct dracutargs *ret, struct err *err);

/** dracutargs_done() - free what @args owns; fine on one that is all zero. */
void dracutargs_done(struct dracutargs *args);

#endif
