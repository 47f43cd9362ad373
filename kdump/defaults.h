/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How much memory to reserve where nobody has thought about it: a crashkernel= value an
 * architecture, those that RHEL's administrators know.
 */
#ifndef KDUMP_DEFAULTS_H
#define KDUMP_DEFAULTS_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/attrs.h"
#include "lib/err.h"
#include "lib/sysroot.h"

#include "kdump/crashkernel.h"

/** enum defaults_mode - who saves the dump. */
enum defaults_mode {
	DEFAULTS_KDUMP,
	DEFAULTS_FADUMP, /* firmware of ppc64le */
};

/** struct defaults_machine - what a default depends on. */
struct defaults_machine {
	const char *arch;   /* as `uname -m` has it */
	uint64_t page_size; /* bytes */
	bool encrypted;     /* x86_64: SME or SEV is active, which needs bounce buffers */
	bool mlx5;          /* aarch64: a network adapter of which the driver is large */
	bool smmu;          /* aarch64: an I/O MMU */
	uint64_t nr_cpus;   /* ppc64le: that the capture kernel is to use */
	uint64_t memory;    /* bytes; 0: not known */
};

/** defaults_machine_read() - of this machine. Return: 0 or -errno. */
_must_check_ int defaults_machine_read(const struct sysroot *root, struct defaults_machine *ret,
				       struct err *err);

/**
 * defaults_value() - the value for a machine.
 * Return: 0; -ENOTSUP if no default is known, or @mode is not for that architecture.
 */
_must_check_ int defaults_value(const struct defaults_machine *machine, enum defaults_mode mode,
				char ret[static CRASHKERNEL_TEXT_MAX], struct err *err);

/**
 * defaults_is_known() - is @value one that a distribution or an earlier release writes by
 * default, and not an administrator's own?
 */
bool defaults_is_known(const char *value);

#endif
