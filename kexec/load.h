/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Loading a kernel, from the request to the system call: facts, image, plan, submit. Each
 * stage fills its own struct once, from the earlier ones.
 */
#ifndef KEXEC_LOAD_H
#define KEXEC_LOAD_H

#include "lib/attrs.h"
#include "lib/err.h"
#include "kexec/request.h"

/**
 * load_kernel() - do what a request for loading asks for.
 *
 * With request->dry_run the plan is printed to standard output and nothing is loaded; with
 * request->debug it is printed to standard error first.
 */
_must_check_ int load_kernel(const struct request *request, struct err *err);

/** load_undo() - unload the kernel of the request's slot. */
_must_check_ int load_undo(const struct request *request, struct err *err);

#endif
