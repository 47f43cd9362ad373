/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The kernel's own 16-bit setup code, which asks the BIOS for everything that a boot loader
 * would otherwise have to tell: Documentation/arch/x86/boot.rst, "The Memory Layout" to
 * "Running the Kernel". Its segment holds the code, its heap and stack, and the command line.
 */
#ifndef KEXEC_REAL_MODE_H
#define KEXEC_REAL_MODE_H

#include <stdint.h>

#include "lib/attrs.h"
#include "lib/err.h"
#include "kexec/bzimage.h"
#include "kexec/loader.h"
#include "kexec/plan.h"

enum {
	/* Purgatory lies below: from here on may be setup code that can lie nowhere else. */
	REAL_MODE_PURGATORY_END = 0x90000,
};

/**
 * real_mode_plan() - place the setup code, fill in what it is to know, and set plan->kernel.
 * @kernel_at, @initrd_at: physical addresses, the latter 0 if there is none.
 * Return: 0; -ENOPROTOOPT where there is no BIOS; -ENOTSUP for setup code that is too large.
 */
_must_check_ int real_mode_plan(const struct load_input *input, const struct bzimage *bz,
				uint64_t kernel_at, uint64_t initrd_at, struct plan *plan,
				struct err *err);

#endif
