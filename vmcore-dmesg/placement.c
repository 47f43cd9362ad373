/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <elf.h>

#include "lib/array.h"
#include "vmcore-dmesg/placement.h"

static bool is_known(uint64_t value)
{
	return value != VMCOREINFO_ABSENT;
}

static void add_map(struct core *core, uint64_t vaddr, uint64_t size, uint64_t paddr)
{
	if (core->map_count < CORE_MAPS_MAX)
		core->maps[core->map_count++] = (struct core_map){ vaddr, size, paddr };
}

/* Does any program header tell an address of the kernel's half? */
static bool tells_addresses(const struct core *core)
{
	for (size_t i = 0; i < core->loads.count; i++)
		if (core->loads.items[i].vaddr >> 63)
			return true;
	return false;
}

/*
 * The kernel's text and data, at a fixed address (Documentation/arch/x86/x86_64/mm.rst,
 * __START_KERNEL_map); phys_base says how far from physical 0. All else by the page tables; but not where program
 * headers leave something out, as what they leave out is not there.
 */
static void place_x86_64(struct core *core, const struct vmcoreinfo *info)
{
	const uint64_t start = 0xffffffff80000000, size = UINT64_C(1) << 30;
	const uint64_t phys_base = is_known(info->phys_base) ? info->phys_base : 0;

	add_map(core, start, size, phys_base);
	if (is_known(info->swapper_pg_dir) && info->swapper_pg_dir - start < size &&
	    !tells_addresses(core)) {
		core->page_table = info->swapper_pg_dir - start + phys_base;
		core->page_table_levels = is_known(info->l5_enabled) && info->l5_enabled ? 5 : 4;
	}
}

/*
 * Half of the addresses for memory, half for the kernel and its modules; since Linux 5.4 in this
 * order (Documentation/arch/arm64/memory.rst). A kernel for 52 bits on a machine with 48 keeps
 * to the upper ones, and its PHYS_OFFSET makes up for that.
 */
static void place_arm64(struct core *core, const struct vmcoreinfo *info)
{
	enum { VA_BITS_MIN = 48 };
	uint64_t bits = info->va_bits, start, kernel_half;

	if (!is_known(info->kimage_voffset) || !is_known(info->phys_offset) || bits < 32 ||
	    bits > 52)
		return;
	start = -(UINT64_C(1) << bits);
	kernel_half = -(UINT64_C(1) << ((bits < VA_BITS_MIN ? bits : VA_BITS_MIN) - 1));
	if (info->swapper_pg_dir >= kernel_half) {
		add_map(core, kernel_half, -kernel_half, kernel_half - info->kimage_voffset);
		add_map(core, start, kernel_half - start, info->phys_offset);
	} else {
		add_map(core, start, kernel_half - start, start - info->kimage_voffset);
		add_map(core, kernel_half, -kernel_half, info->phys_offset);
	}
}

/* Memory, and since Linux 6.10 the kernel elsewhere (arch/s390/boot/startup.c). */
static void place_s390(struct core *core, const struct vmcoreinfo *info)
{
	const uint64_t size = UINT64_C(1) << 53;

	if (is_known(info->kernel_offset) && is_known(info->kernel_offset_phys))
		add_map(core, info->kernel_offset, UINT64_C(1) << 30, info->kernel_offset_phys);
	add_map(core, is_known(info->identity_base) ? info->identity_base : 0, size, 0);
}

/* Documentation/arch/riscv/vm-layout.rst; the kernel is said to be where since Linux 6.6. */
static void place_riscv(struct core *core, const struct vmcoreinfo *info)
{
	if (is_known(info->kernel_link_addr) && is_known(info->va_kernel_pa_offset))
		add_map(core, info->kernel_link_addr, -info->kernel_link_addr,
			info->kernel_link_addr - info->va_kernel_pa_offset);
}

/* All memory, the kernel in it (arch/powerpc/include/asm/page.h: PAGE_OFFSET). */
static void place_ppc64(struct core *core, _unused_ const struct vmcoreinfo *info)
{
	add_map(core, 0xc000000000000000, UINT64_C(1) << 60, 0);
}

/* Low memory, the kernel in it (CONFIG_VMSPLIT_3G). */
static void place_i386(struct core *core, _unused_ const struct vmcoreinfo *info)
{
	add_map(core, 0xc0000000, UINT64_C(1) << 30, 0);
}

static const struct row {
	uint16_t machine; /* e_machine */
	void (*place)(struct core *core, const struct vmcoreinfo *info);
} rows[] = {
	{ EM_X86_64, place_x86_64 }, { EM_AARCH64, place_arm64 }, { EM_S390, place_s390 },
	{ EM_RISCV, place_riscv },   { EM_PPC64, place_ppc64 },   { EM_386, place_i386 },
};

void placement_set(struct core *core, const struct vmcoreinfo *info)
{
	core->map_count = 0;
	core->page_table_levels = 0;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		if (rows[i].machine == core->machine)
			rows[i].place(core, info);
	if (is_known(info->page_offset) && is_known(info->phys_offset))
		add_map(core, info->page_offset, -info->page_offset, info->phys_offset);
}
