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

/** What the kernel can answer: exit statuses tell it from what fails before it is asked. */
enum {
	LOAD_REFUSED = 1,
	LOAD_NOT_BY_FILE, /* -s, and the kernel or the image cannot do it */
};

/**
 * load_kernel() - do what a request for loading asks for.
 *
 * With --dry-run the plan is printed to standard output and nothing is loaded; with
 * --debug it is printed to standard error first.
 * Return: 0; LOAD_REFUSED, LOAD_NOT_BY_FILE; -errno before the kernel was asked, among them
 * -ENOPROTOOPT for an option that cannot be had as things are.
 */
_must_check_ int load_kernel(const struct request *request, struct err *err);

/**
 * load_way_back() - make --exec return to the kernel that jumped to this one, at
 * request->entry. Refused while a kernel is loaded: that one is the way back then.
 * Return: as load_kernel().
 */
_must_check_ int load_way_back(const struct request *request, struct err *err);

#endif
