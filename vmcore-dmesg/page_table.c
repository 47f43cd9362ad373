/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "vmcore-dmesg/memory.h"
#include "vmcore-dmesg/page_table.h"

/* Intel's SDM, volume 3, 4.5; AMD's APM, volume 2, 5.3. */
enum {
	PAGE_SHIFT = 12,
	INDEX_BITS = 9, /* of an address, for each level */
	ENTRY_SIZE = 8,
	LARGEST_PAGE_LEVEL = 3, /* pages of 1 GiB */
	PRESENT = 1 << 0,
	LARGE = 1 << 7,
};

#define FRAME_MASK UINT64_C(0x000ffffffffff000)

static bool read_entry(const struct core *core, uint64_t table, uint64_t index, uint64_t *ret)
{
	uint8_t data[ENTRY_SIZE];

	return core_read_paddr(core, table + index * ENTRY_SIZE, data, sizeof(data), NULL, NULL) ==
		       0 &&
	       core_uint(core, (struct bytes){ data, sizeof(data) }, 0, ENTRY_SIZE, ret);
}

bool page_table_walk(const struct core *core, uint64_t addr, uint64_t *ret, uint64_t *len)
{
	uint64_t table = core->page_table;

	for (unsigned int level = core->page_table_levels; level > 0; level--) {
		const unsigned int shift = PAGE_SHIFT + INDEX_BITS * (level - 1);
		const uint64_t size = UINT64_C(1) << shift, delta = addr & (size - 1);
		const uint64_t index = addr >> shift & ((1U << INDEX_BITS) - 1);
		uint64_t entry;
		bool is_there = read_entry(core, table, index, &entry) && entry & PRESENT;

		if (!is_there || level == 1 || (level <= LARGEST_PAGE_LEVEL && entry & LARGE)) {
			*len = *len < size - delta ? *len : size - delta;
			*ret = is_there ? (entry & FRAME_MASK & ~(size - 1)) + delta : 0;
			return is_there;
		}
		table = entry & FRAME_MASK;
	}
	return false;
}
