/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Architectures, as data: a row for each, all compiled on every host, so that a plan for any
 * machine can be made and tested on any other. A new architecture is a row here and its
 * loaders.
 */
#ifndef KEXEC_ARCH_H
#define KEXEC_ARCH_H

#include <stddef.h>
#include <stdint.h>

struct loader;

struct arch {
	const char *name;            /* as uname -m has it */
	unsigned long kexec_arch;    /* KEXEC_ARCH_* of linux/kexec.h */
	uint16_t elf_machine;        /* EM_*, for the core header */
	unsigned long hotplug_flag;  /* of kexec_load: the kernel keeps crash data up to date */
	uint64_t text_min, text_max; /* [min, max) of the kernel's own mapping */
	uint64_t direct_map_align;   /* bytes, a power of two */
	const struct loader *const *loaders; /* in the order of probing, NULL at the end */
};

/** arch_find() - the row for uname's machine @name, or NULL. */
const struct arch *arch_find(const char *name);

#endif
