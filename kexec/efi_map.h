/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * EFI's tables in the form in which boot protocols hand them over: UEFI specification, 7.2.3
 * (EFI_MEMORY_DESCRIPTOR), and struct efi_info of arch/x86/include/uapi/asm/bootparam.h.
 */
#ifndef KEXEC_EFI_MAP_H
#define KEXEC_EFI_MAP_H

#include <stdint.h>

#include "kexec/firmware.h"

enum {
	EFI_DESCRIPTOR_SIZE = 40, /* bytes */
	EFI_DESCRIPTOR_VERSION = 1,
};

/** efi_map_put() - write @efi's map_count descriptors of EFI_DESCRIPTOR_SIZE each to @ret. */
void efi_map_put(const struct efi_facts *efi, uint8_t *ret);

/** efi_system_table() - its physical address, as @boot_params (BOOT_PARAMS_SIZE) has it. */
uint64_t efi_system_table(const uint8_t *boot_params);

#endif
