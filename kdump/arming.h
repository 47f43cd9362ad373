/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What arming works out, step by step, each of which needs those before it: the
 * configuration, the kernel and the dump target, an image in date, the command that loads
 * both. What is done is told on standard output, in the words that scripts know.
 */
#ifndef KDUMP_ARMING_H
#define KDUMP_ARMING_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/attrs.h"
#include "lib/err.h"
#include "lib/sysroot.h"

#include "kdump/conf.h"
#include "kdump/estimate.h"
#include "kdump/imageplan.h"
#include "kdump/fence.h"
#include "kdump/kernel.h"
#include "kdump/kexecargs.h"
#include "kdump/strv.h"
#include "kdump/sysconfig.h"
#include "kdump/target.h"

/** struct places - where programs are installed, as on the machine. */
struct places {
	const char *sbin;    /* folder of kexec and vmcore-dmesg */
	const char *capture; /* the program kdump-capture */
};

/** struct arming - set @root and @places, zero the rest; release with arming_done(). */
struct arming {
	const struct sysroot *root;
	const struct places *places;
	struct conf conf;
	struct sysconfig config;
	struct kernel kernel;
	struct target target;
	struct fence fence;   /* nodes to be told of the capture */
	struct target rootfs; /* for dump_to_rootfs, if that is asked for */
	char *space_warning;  /* there may be too little for a dump on the target; NULL */
	struct image_plan plan;
	const char *test_id; /* of a self-test, for the capture; borrowed, NULL: it is none */
	bool early;          /* start has yet to do what is to be done besides loading */
	char *cmdline;
	struct kexecargs args;
	struct strv command; /* what loads the capture kernel */
};

/**
 * arming_configure() - read kdump.conf and the sysconfig file. What is only doubtful in them is
 * in the warnings of both, even if something else is wrong. Return: 0 or -errno.
 */
_must_check_ int arming_configure(struct arming *a, struct err *err);

/**
 * arming_recover() - make files of what a capture has left on a raw target, telling of them.
 * Return: 0, also if there is none, or it has to stay where it is; -errno if the target itself
 * is not right.
 */
_must_check_ int arming_recover(const struct arming *a, struct err *err);

/** arming_find_kernel() - find the kernel, and where its image belongs. Return: 0 or -errno. */
_must_check_ int arming_find_kernel(struct arming *a, struct err *err);

/**
 * arming_find_target() - find the file system that dumps go to, and the ways to what else is to
 * be reached during the capture. Return: 0 or -errno.
 */
_must_check_ int arming_find_target(struct arming *a, struct err *err);

/**
 * arming_reach_target() - see that a server that is logged in to lets us write; it is waited for
 * for some time. Return: 0, also for any other target; -errno.
 */
_must_check_ int arming_reach_target(const struct arming *a, struct err *err);

/** arming_plan_image() - work out the image. Return: 0 or -errno. */
_must_check_ int arming_plan_image(struct arming *a, struct err *err);

/**
 * arming_compare_storage() - is the target, or what it is built of, another one than the image that
 * is there is for? Whatever else is not what was planned does not count.
 * Return: 1 if it is, 0 if not, also if there is no such image; -errno.
 */
_must_check_ int arming_compare_storage(const struct arming *a, struct err *err);

/** arming_tell_snapshots() - warn if a dump will cost what was planned for its snapshots. */
void arming_tell_snapshots(const struct arming *a);

/**
 * arming_compare_image() - tell why the image that is there is not what was planned.
 * Return: 1 if it is not, 0 if it is, -errno.
 */
_must_check_ int arming_compare_image(const struct arming *a, struct err *err);

/**
 * arming_update_image() - build the image if it is out of date, telling why.
 * @always: build it in any case.
 * Return: 0 or -errno; the image that was there is then as it was.
 */
_must_check_ int arming_update_image(struct arming *a, bool always, struct err *err);

/** arming_find_builder() - only tell who builds the image: fill in that in @plan. Return: 0 or -errno. */
_must_check_ int arming_find_builder(struct arming *a, struct err *err);

/**
 * arming_take_image() - all up to the command, for the image that is there, whatever became of
 * kdump.conf and the target since: for loading and nothing else. Return: 0 or -errno.
 */
_must_check_ int arming_take_image(struct arming *a, struct err *err);

/**
 * arming_estimate() - what the kernel and the image that were found are likely to need. How much
 * memory the machine has, and what opening an encrypted target takes, counts as far as it can be
 * told. Return: as estimate_make().
 */
_must_check_ int arming_estimate(const struct arming *a, struct estimate *ret, struct err *err);

/** arming_compose() - fill in @cmdline and @command, for the builder in @plan. Return: 0 or -errno. */
_must_check_ int arming_compose(struct arming *a, struct err *err);

/**
 * arming_load() - run @command, see that the kernel took it, and write down what it took
 * (armed.h). Return: 0 or -errno.
 */
_must_check_ int arming_load(struct arming *a, struct err *err);

/**
 * arming_unload() - unload what is loaded; fine if nothing is. Of @a, only @root, @places and
 * @config count. Return: 0 or -errno.
 */
_must_check_ int arming_unload(const struct arming *a, struct err *err);

/**
 * arming_keep() - let what was armed early stay if it is what @command would load.
 * @was: its description, see armed.h.
 * @ret_change: what is another one since, for a message, if it does not stay.
 * Return: 1 if it stays, 0 if not, -errno.
 */
_must_check_ int arming_keep(const struct arming *a, const char *was, const char **ret_change,
			     struct err *err);

/** arming_done() - release. */
void arming_done(struct arming *a);

#endif
