/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the firmware told the running kernel and what the next one must be told again: the
 * memory map (/sys/firmware/memmap), the parameters of its own boot (boot_params) with the
 * blocks and the BIOS's disks that belong to them, and EFI's tables (/sys/firmware/efi).
 */
#ifndef KEXEC_FIRMWARE_H
#define KEXEC_FIRMWARE_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/attrs.h"
#include "lib/err.h"
#include "lib/iomem.h"
#include "lib/sysroot.h"
#include "kexec/edd.h"
#include "kexec/memory_map.h"
#include "kexec/setup_data.h"

/* Size of x86's struct boot_params, "zero page" (arch/x86/include/uapi/asm/bootparam.h). */
enum { BOOT_PARAMS_SIZE = 4096 };

/** struct efi_descriptor - an entry of the run-time map (UEFI specification, 7.2.3). */
struct efi_descriptor {
	uint32_t type;
	uint64_t phys_addr;
	uint64_t virt_addr;
	uint64_t num_pages; /* of 4096 bytes */
	uint64_t attribute;
};

/** struct efi_facts - what a kernel needs to go on using EFI run-time services. */
struct efi_facts {
	uint64_t fw_vendor; /* physical addresses */
	uint64_t runtime;
	uint64_t config_table;
	uint64_t smbios;       /* of version 2; 0: none */
	uint32_t desc_version; /* of the memory map's descriptors; 1 is all that there is */
	struct efi_descriptor *map;
	size_t map_count;
	size_t map_capacity;
};

/** struct firmware - zero it to begin with; release with firmware_done(). */
struct firmware {
	struct memory_map memory; /* sorted */
	uint8_t *boot_params;     /* BOOT_PARAMS_SIZE bytes, or NULL: the kernel shows none */
	uint64_t acpi_rsdp;       /* physical address, or 0: the kernel finds it by itself */
	struct setup_data_list setup_data;
	struct edd edd;
	bool has_efi; /* of 64 bits, with a run-time map, and the boot_params to go with it */
	struct efi_facts efi; /* if has_efi */
};

/**
 * firmware_read() - read all of it.
 * @iomem: stands in for a firmware memory map that the kernel does not show, and adds to one
 *	that it does the memory set apart for drivers ("Soft Reserved"): who started the kernel
 *	may have told it of that as RAM, and only EFI's map as what it is.
 * @map_is_short: the map that is shown lacks something: take @iomem.
 * Return: 0 or -errno. Parts that a machine may lack are left empty without an error.
 */
_must_check_ int firmware_read(const struct sysroot *root, const struct iomem *iomem,
			       bool map_is_short, struct firmware *ret, struct err *err);

/** firmware_done() - release; fine on a half-built one. */
void firmware_done(struct firmware *firmware);

#endif
