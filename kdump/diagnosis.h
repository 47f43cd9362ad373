/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Why no memory is reserved for a capture kernel, and what to do about it: from the running
 * kernel's command line and log, the boot loader's files, and how much memory there is.
 */
#ifndef KDUMP_DIAGNOSIS_H
#define KDUMP_DIAGNOSIS_H

#include <stdint.h>

#include "lib/attrs.h"
#include "lib/err.h"
#include "lib/sysroot.h"

#include "kdump/bootconf.h"

/** struct diagnosis_facts - what it is made from; release with diagnosis_facts_done(). */
struct diagnosis_facts {
	char *cmdline;         /* of the running kernel */
	uint64_t memory;       /* bytes; 0: not known */
	char *log;             /* what the kernel said about its failing; NULL: nothing known */
	struct bootconf boot;  /* where command lines are written */
	const char *generator; /* see bootconf_generator() */
};

/** diagnosis_facts_read() - what cannot be read stays unknown, but for /proc/cmdline. */
_must_check_ int diagnosis_facts_read(const struct sysroot *root, struct diagnosis_facts *ret,
				      struct err *err);

/** diagnosis_facts_done() - release; fine on one that is all zero. */
void diagnosis_facts_done(struct diagnosis_facts *facts);

/**
 * diagnosis_explain() - say why nothing is reserved.
 * @err: gets one line with the reason and one with the remedy.
 * Return: -ENOENT.
 */
int diagnosis_explain(const struct diagnosis_facts *facts, struct err *err);

#endif
