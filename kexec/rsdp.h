/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ACPI's root pointer, the structure itself: Multiboot 2 hands over a copy. ACPI
 * specification, 5.2.5.3.
 */
#ifndef KEXEC_RSDP_H
#define KEXEC_RSDP_H

#include <stddef.h>
#include <stdint.h>

#include "lib/sysroot.h"

enum {
	RSDP_SIZE_1 = 20, /* bytes, of ACPI 1.0's */
	RSDP_SIZE_2 = 36, /* of ACPI 2.0's and later */
};

struct rsdp {
	uint8_t data[RSDP_SIZE_2];
	size_t size; /* RSDP_SIZE_1 or RSDP_SIZE_2; 0: it is not known */
};

/**
 * rsdp_read() - read it from physical memory, where the kernel lets us and its checksum is
 * right.
 * @address: physical; 0: not known.
 * @ret: zeroed; stays so if it cannot be had, which is no error: kernels search for it.
 */
void rsdp_read(const struct sysroot *root, uint64_t address, struct rsdp *ret);

#endif
