/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Who builds the capture image: we do, which gives a small one that starts at once; or dracut,
 * where the way to the dump target takes more than drivers, and where kdump.conf asks for
 * what only dracut can do. Nobody has to choose.
 */
#ifndef KDUMP_IMAGEBUILDER_H
#define KDUMP_IMAGEBUILDER_H

#include "lib/attrs.h"
#include "lib/err.h"
#include "lib/sysroot.h"

#include "kdump/conf.h"
#include "kdump/target.h"

/** enum imagebuilder - who. */
enum imagebuilder {
	IMAGEBUILDER_OWN,
	IMAGEBUILDER_DRACUT,
};

/**
 * imagebuilder_choose() - tell who has to build the image for @target.
 * @why: why dracut; malloc()ed, the caller frees. Untouched if it is not dracut.
 * Return: 0; -errno for what neither could do.
 */
_must_check_ int imagebuilder_choose(const struct sysroot *root, const struct conf *conf,
				     const struct target *target, enum imagebuilder *ret,
				     char **why, struct err *err);

/**
 * imagebuilder_find_dracut() - find dracut.
 * @dirs: where programs are, parted by colons. @why: that it is needed, from above.
 * @ret: its path as on the machine; malloc()ed.
 * Return: 0; -ENOENT if it, or our module for it, is not installed, with what installs it.
 */
_must_check_ int imagebuilder_find_dracut(const struct sysroot *root, const char *dirs,
					  const char *why, char **ret, struct err *err);

#endif
