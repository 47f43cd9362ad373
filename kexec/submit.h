/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The only place that asks the kernel for anything: kexec_file_load(2), kexec_load(2), and
 * reboot(2). A failure names the call, what it was given, the kernel's answer, the likely
 * cause and what to do about it.
 */
#ifndef KEXEC_SUBMIT_H
#define KEXEC_SUBMIT_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/attrs.h"
#include "lib/err.h"
#include "lib/sysroot.h"
#include "kexec/arch.h"
#include "kexec/plan.h"

/** struct file_load - what kexec_file_load takes. */
struct file_load {
	int kernel_fd;
	int initrd_fd; /* -1: none */
	const char *cmdline;
	uint64_t need; /* bytes of kernel and initrd; for messages */
	bool crash;
	bool debug;     /* let the kernel print what it does; kernels before 6.8 cannot */
	bool no_cma;    /* since 6.17 */
	bool force_dtb; /* since 6.18 */
};

/** submit_file_flags() - the flags word for it. */
unsigned long submit_file_flags(const struct file_load *load);

/** submit_segment_flags() - kexec_load's flags word. */
unsigned long submit_segment_flags(const struct arch *arch, bool crash);

/** submit_files() - kexec_file_load. @root: where the cause of a refusal is looked up. */
_must_check_ int submit_files(const struct file_load *load, const struct sysroot *root,
			      struct err *err);

/** submit_plan() - kexec_load. */
_must_check_ int submit_plan(const struct plan *plan, const struct arch *arch, bool crash,
			     const struct sysroot *root, struct err *err);

/** submit_unload_files() - unload by kexec_file_load. */
_must_check_ int submit_unload_files(bool crash, const struct sysroot *root, struct err *err);

/** submit_unload_segments() - unload by kexec_load. */
_must_check_ int submit_unload_segments(const struct arch *arch, bool crash,
					const struct sysroot *root, struct err *err);

/**
 * submit_try_other() - may kexec_load succeed where kexec_file_load answered @code?
 * ENOSYS: it is not there; ENOEXEC: it does not know the image; ENOTSUP and EINVAL: it cannot
 * do what was asked.
 */
bool submit_try_other(int code);

/** submit_boot() - reboot(2) into the loaded kernel; returns only on failure. */
_must_check_ int submit_boot(struct err *err);

#endif
