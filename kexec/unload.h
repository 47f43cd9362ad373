/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Taking out what is loaded, by either system call. */
#ifndef KEXEC_UNLOAD_H
#define KEXEC_UNLOAD_H

#include "lib/attrs.h"
#include "lib/err.h"
#include "kexec/request.h"

/** unload_kernel() - unload the kernel of the request's slot. Return: as load_kernel(). */
_must_check_ int unload_kernel(const struct request *request, struct err *err);

#endif
