/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Why the kernel refused, and what to do about it. The kernel answers with one number; what is
 * behind it stands in files below /proc and /sys, which are read here and nowhere else. Pure:
 * no system call is made but for reading, so every cause can be tried on any machine.
 */
#ifndef KEXEC_EXPLAIN_H
#define KEXEC_EXPLAIN_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/attrs.h"
#include "lib/err.h"
#include "lib/sysroot.h"

/** struct explain_call - what was asked for, as far as it matters for the cause. */
struct explain_call {
	bool by_file;  /* kexec_file_load; else kexec_load */
	bool crash;    /* the capture kernel's slot */
	bool keep;     /* the running kernel is to be jumped back to */
	uint64_t need; /* bytes that the new kernel takes at least; 0: nothing or not known */
};

/**
 * explain_privilege() - may this process load kernels at all?
 * Return: 0 if so, or if /proc does not tell; -EPERM with @err complete.
 */
_must_check_ int explain_privilege(const struct sysroot *root, struct err *err);

/**
 * explain() - set the hint of @err, which says that a call ended with @code, to the likely
 * cause and its remedy. Where nothing is known the hint stays as it is.
 * @root: where the cause is looked up. Return: @code.
 */
int explain(const struct sysroot *root, const struct explain_call *call, int code, struct err *err);

/** explain_neither() - set the hint for a kernel that has neither call. Return: -ENOSYS. */
int explain_neither(struct err *err);

/**
 * explain_too_small() - set the hint for a reservation of @has bytes into which what needs
 * @need bytes does not go. Return: @code.
 */
int explain_too_small(uint64_t has, uint64_t need, int code, struct err *err);

#endif
