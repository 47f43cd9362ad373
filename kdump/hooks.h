/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The administrator's programs around a dump, as the capture runs them: those that kdump_pre,
 * kdump_post and kdump_emergency name, and those of the folders beside kdump.conf. Each has a
 * bounded time, and what became of it is told on the console. What they have to know about the
 * dump is in their environment.
 */
#ifndef KDUMP_HOOKS_H
#define KDUMP_HOOKS_H

#include "lib/attrs.h"
#include "lib/err.h"
#include "lib/sysroot.h"

/* Variables of their environment. */
#define HOOKS_TARGET "KDUMP_TARGET"      /* where dumps go to, as "ext4 UUID=..." */
#define HOOKS_MOUNT  "KDUMP_MOUNT_POINT" /* where that is mounted; unset: it is not */
#define HOOKS_FOLDER "KDUMP_FOLDER"      /* of this dump; unset before there is one */
#define HOOKS_CORE   "KDUMP_VMCORE"      /* name of the memory's file, when it is whole */

/** struct hooks - how they are run; @root and @ctx are borrowed. */
struct hooks {
	const struct sysroot *root; /* what their paths are below */
	unsigned int seconds;       /* that each program may take until it is killed */
	/* Called before each program; may be NULL. */
	void (*starting)(void *ctx, const char *program, unsigned int seconds);
	void *ctx;
};

/**
 * hooks_program() - run what a directive names.
 * @directive: its name, for the console.
 * @program: absolute path; NULL: nothing is run.
 * @argument: what it is given; NULL: nothing.
 * Return: its exit status, 128 plus the signal that ended it; 0 if nothing was run; -errno if it
 * could not be started, -ETIMEDOUT if it was killed for time. All but 0 was told of.
 */
int hooks_program(const struct hooks *hooks, const char *directive, const char *program,
		  const char *argument);

/** hooks_folder() - run the programs of a folder, one after the other, as hooks_program(). */
void hooks_folder(const struct hooks *hooks, const char *folder, const char *argument);

#endif
