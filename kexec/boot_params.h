/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * struct boot_params, x86's "zero page": what a boot loader tells the kernel. The segment
 * holds the page, the command line behind it, and the list of setup_data behind that.
 * Sources: Documentation/arch/x86/zero-page.rst and boot.rst, uapi/asm/bootparam.h.
 */
#ifndef KEXEC_BOOT_PARAMS_H
#define KEXEC_BOOT_PARAMS_H

#include <stdint.h>

#include "lib/attrs.h"
#include "lib/err.h"
#include "kexec/bzimage.h"
#include "kexec/loader.h"
#include "kexec/plan.h"

/**
 * boot_params_plan() - place the segment, fill it, and set plan->kernel.si to it.
 * plan->mode tells how far it may be away; it is set already.
 * @initrd_at: physical address of the initrd, if there is one.
 */
_must_check_ int boot_params_plan(const struct load_input *input, const struct bzimage *bz,
				  uint64_t initrd_at, struct plan *plan, struct err *err);

#endif
