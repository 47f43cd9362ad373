/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lib/bytes.h"
#include "kexec/efi_map.h"

/* In the zero page. */
enum {
	OFF_EFI_SYSTAB = 0x1c4,
	OFF_EFI_SYSTAB_HI = 0x1d8,
};

void efi_map_put(const struct efi_facts *efi, uint8_t *ret)
{
	for (size_t i = 0; i < efi->map_count; i++) {
		const struct efi_descriptor *d = &efi->map[i];
		uint8_t *p = ret + i * EFI_DESCRIPTOR_SIZE;

		put_le(p, 4, d->type);
		put_le(p + 4, 4, 0);
		put_le(p + 8, 8, d->phys_addr);
		put_le(p + 16, 8, d->virt_addr);
		put_le(p + 24, 8, d->num_pages);
		put_le(p + 32, 8, d->attribute);
	}
}

uint64_t efi_system_table(const uint8_t *boot_params)
{
	const struct bytes page = { boot_params, BOOT_PARAMS_SIZE };
	uint32_t low = 0, high = 0;

	if (!bytes_le32(page, OFF_EFI_SYSTAB, &low) || !bytes_le32(page, OFF_EFI_SYSTAB_HI, &high))
		return 0;
	return (uint64_t)high << 32 | low;
}
