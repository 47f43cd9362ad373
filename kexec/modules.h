/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Multiboot's modules: files that are put beside the kernel, each with a command line of its
 * own. Compressed ones are unpacked, as GRUB does; but not those that are several files one
 * behind the other, as an initrd may be.
 */
#ifndef KEXEC_MODULES_H
#define KEXEC_MODULES_H

#include <stddef.h>
#include <stdint.h>

#include "lib/attrs.h"
#include "lib/err.h"
#include "lib/file.h"
#include "kexec/plan.h"
#include "kexec/request.h"

struct module {
	struct mapping file; /* unpacked */
	const char *text;    /* its name and arguments, as the user gave them */
};

/** struct modules - zero it to begin with; release with modules_done(). */
struct modules {
	struct module items[REQUEST_FILES_MAX];
	size_t count;
};

/** modules_open() - what --module asks for. @ret: zeroed; released also after a failure. */
_must_check_ int modules_open(const struct request *request, struct modules *ret, struct err *err);

/** modules_done() - release; fine on a half-opened one. */
void modules_done(struct modules *modules);

/**
 * modules_place() - put each on pages of its own. Beyond what the plan has segments for, less
 * one that is left to the caller, modules share one.
 * @limits: its min and max count.
 * @starts: where each module begins, physical; its size is the file's.
 */
_must_check_ int modules_place(const struct modules *modules, const struct placement *limits,
			       struct plan *plan, uint64_t starts[REQUEST_FILES_MAX],
			       struct err *err);

#endif
