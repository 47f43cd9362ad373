/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The ELF core header (elfcorehdr): it tells the capture kernel what the dead one's memory
 * looked like, and becomes the head of /proc/vmcore (fs/proc/vmcore.c). ELF64, little-endian:
 * a PT_NOTE for each CPU and for vmcoreinfo, a PT_LOAD for the kernel's own mapping, and one
 * for each range of RAM; p_offset is a physical address throughout.
 */
#ifndef KEXEC_ELFCOREHDR_H
#define KEXEC_ELFCOREHDR_H

#include <stddef.h>
#include <stdint.h>

#include "lib/attrs.h"
#include "lib/err.h"
#include "kexec/machine.h"
#include "kexec/plan.h"

/** elfcorehdr_size() - bytes that elfcorehdr_build() will need for @m. */
_must_check_ int elfcorehdr_size(const struct machine *m, size_t *ret, struct err *err);

/**
 * elfcorehdr_build() - write the header.
 * @m: with machine_read_crash() done.
 * @backup: the range of RAM whose contents are to be found elsewhere.
 * @out: elfcorehdr_size() bytes, zeroed.
 */
void elfcorehdr_build(const struct machine *m, const struct plan_backup *backup, uint8_t *out);

#endif
