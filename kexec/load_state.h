/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What one load goes through, for the two files that take it from stage to stage: load.c has
 * what both system calls need and picks one, segments.c plans what kexec_load asks for.
 */
#ifndef KEXEC_LOAD_STATE_H
#define KEXEC_LOAD_STATE_H

#include <stdbool.h>
#include <stdio.h>

#include "lib/attrs.h"
#include "lib/bytes.h"
#include "lib/err.h"
#include "lib/file.h"
#include "kexec/crash.h"
#include "kexec/image.h"
#include "kexec/machine.h"
#include "kexec/modules.h"
#include "kexec/plan.h"
#include "kexec/request.h"

/** struct load - each part is filled once, from those before it; released as a whole. */
struct load {
	const struct request *request;
	FILE *report; /* where the plan is printed; NULL: nowhere */
	struct machine machine;
	struct image image;
	struct mapping initrd;
	struct mapping dtb_file;
	struct bytes dtb; /* in dtb_file */
	struct modules modules;
	char *cmdline;
	struct crash crash;
	struct plan plan;
	bool asked; /* the kernel, which has the last word then */
};

/** load_check_command_line() - as it is now, against the image's limit. Return: 0 or -E2BIG. */
_must_check_ int load_check_command_line(const struct load *load, struct err *err);

#endif
