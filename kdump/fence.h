/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The other nodes of a cluster, which are told during the capture that this one is dumping, lest
 * they cut its power (fence_kdump_send(8)): the way to each, found when arming, and what the
 * capture image needs to tell them.
 */
#ifndef KDUMP_FENCE_H
#define KDUMP_FENCE_H

#include <stddef.h>

#include "lib/attrs.h"
#include "lib/err.h"
#include "lib/sysroot.h"

#include "kdump/conf.h"
#include "kdump/devchain.h"
#include "kdump/elfdeps.h"
#include "kdump/netrecord.h"
#include "kdump/strv.h"

enum { FENCE_NODES_MAX = 64 };

/** struct fence - release with fence_done(). */
struct fence {
	struct netrecord *nodes; /* the way to each, in kdump.conf's order */
	size_t n;
};

struct image_inputs;
struct image_plan;

/**
 * fence_route() - find the way to the nodes that @conf names.
 * @ret: an empty one; holds what was found even on failure.
 * Return: 0, also if there are none; -errno.
 */
_must_check_ int fence_route(const struct sysroot *root, const struct conf *conf, struct fence *ret,
			     struct err *err);

/** fence_add_modules() - collect what drives the cards on the ways. Return: 0 or -errno. */
_must_check_ int fence_add_modules(const struct image_inputs *in, struct devchain *chain,
				   struct strv *needed, struct err *err);

/**
 * fence_add_files() - add the program that tells the nodes to the image's programs, and the ways
 * to its texts. Return: 0; -ENOENT if it is not installed; -errno.
 */
_must_check_ int fence_add_files(const struct image_inputs *in, struct image_plan *plan,
				 struct elfdeps *deps, struct err *err);

/** fence_done() - free what @fence owns; it is empty afterwards. */
void fence_done(struct fence *fence);

#endif
