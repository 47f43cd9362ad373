/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Running kexec: putting a capture kernel into the reservation and taking it out again,
 * and making sure that it really is there or gone.
 */
#ifndef KDUMP_LOADER_H
#define KDUMP_LOADER_H

#include "lib/attrs.h"
#include "lib/err.h"
#include "lib/sysroot.h"

#include "kdump/kernel.h"
#include "kdump/strv.h"

/**
 * loader_load_command() - the command that loads a capture kernel.
 * @kexec: path of the program; @args: its options.
 * @ret: empty list; holds the words, or part of them on failure.
 * Return: 0, -ENAMETOOLONG, -ENOMEM.
 */
_must_check_ int loader_load_command(const struct sysroot *root, const char *kexec,
				     const struct strv *args, const struct kernel *kernel,
				     const char *cmdline, struct strv *ret, struct err *err);

/** loader_unload_command() - the command that unloads it, with the options @args. */
_must_check_ int loader_unload_command(const char *kexec, const struct strv *args, struct strv *ret,
				       struct err *err);

/**
 * loader_run() - run such a command, whose messages go to stderr.
 * @want_loaded: what the kernel must say afterwards.
 * Return: 0, or -errno with @err saying what is wrong.
 */
_must_check_ int loader_run(const struct sysroot *root, const struct strv *command,
			    bool want_loaded, struct err *err);

#endif
