/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The options that kexec is run with: those of KEXEC_ARGS, and the system call where the machine
 * leaves no choice, or one only that works.
 */
#ifndef KDUMP_KEXECARGS_H
#define KDUMP_KEXECARGS_H

#include "lib/attrs.h"
#include "lib/err.h"
#include "lib/sysroot.h"

#include "kdump/kernel.h"
#include "kdump/strv.h"
#include "kdump/sysconfig.h"

/** struct kexecargs - zero it to begin with; release with kexecargs_done(). */
struct kexecargs {
	struct strv words;
	char *why;   /* a sentence: why a system call was chosen; NULL: none was */
	char *doubt; /* a sentence: why it may not work; NULL */
};

/**
 * kexecargs_for_load() - options to load @kernel with.
 * Return: 0; -EINVAL for bad quotes in KEXEC_ARGS; -ENOMEM.
 */
_must_check_ int kexecargs_for_load(const struct sysroot *root, const struct sysconfig *config,
				    const struct kernel *kernel, struct kexecargs *ret,
				    struct err *err);

/**
 * kexecargs_for_unload() - options to unload with: of KEXEC_ARGS, the one that says by which
 * system call. The others are about what is loaded, and kexec refuses them.
 * @config: may be zero. Bad quotes in it end what is read of it: nothing keeps from unloading.
 * Return: 0 or -ENOMEM.
 */
_must_check_ int kexecargs_for_unload(const struct sysroot *root, const struct sysconfig *config,
				      struct kexecargs *ret, struct err *err);

/** kexecargs_done() - release. */
void kexecargs_done(struct kexecargs *args);

#endif
