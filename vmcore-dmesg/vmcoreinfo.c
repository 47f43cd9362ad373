/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "lib/number.h"
#include "vmcore-dmesg/vmcoreinfo.h"

enum kind {
	KIND_ADDRESS, /* hexadecimal, without a prefix */
	KIND_LAYOUT,  /* decimal: a structure's size, a member's offset in bytes */
	KIND_NUMBER,  /* as its prefix says: architectures differ */
};

static const struct row {
	const char *key;
	enum kind kind;
	enum vmcoreinfo_group group;
	size_t member; /* offset in struct vmcoreinfo */
} rows[] = {
#define ROW(key, kind, group, member)                                                              \
	{                                                                                          \
		key, KIND_##kind, VMCOREINFO_##group, offsetof(struct vmcoreinfo, member)          \
	}
	ROW("SYMBOL(prb)", ADDRESS, PRB, prb),
	ROW("SIZE(printk_ringbuffer)", LAYOUT, PRB, ring_size),
	ROW("OFFSET(printk_ringbuffer.desc_ring)", LAYOUT, PRB, ring_descs),
	ROW("OFFSET(printk_ringbuffer.text_data_ring)", LAYOUT, PRB, ring_text),
	ROW("OFFSET(prb_desc_ring.count_bits)", LAYOUT, PRB, descs_count_bits),
	ROW("OFFSET(prb_desc_ring.descs)", LAYOUT, PRB, descs_descs),
	ROW("OFFSET(prb_desc_ring.infos)", LAYOUT, PRB, descs_infos),
	ROW("OFFSET(prb_desc_ring.head_id)", LAYOUT, PRB, descs_head_id),
	ROW("OFFSET(prb_desc_ring.tail_id)", LAYOUT, PRB, descs_tail_id),
	ROW("OFFSET(prb_data_ring.size_bits)", LAYOUT, PRB, text_size_bits),
	ROW("OFFSET(prb_data_ring.data)", LAYOUT, PRB, text_data),
	ROW("SIZE(prb_desc)", LAYOUT, PRB, desc_size),
	ROW("OFFSET(prb_desc.state_var)", LAYOUT, PRB, desc_state_var),
	ROW("OFFSET(prb_desc.text_blk_lpos)", LAYOUT, PRB, desc_text_lpos),
	ROW("OFFSET(prb_data_blk_lpos.begin)", LAYOUT, PRB, lpos_begin),
	ROW("OFFSET(prb_data_blk_lpos.next)", LAYOUT, PRB, lpos_next),
	ROW("SIZE(printk_info)", LAYOUT, PRB, info_size),
	ROW("OFFSET(printk_info.seq)", LAYOUT, OPTIONAL, info_seq),
	ROW("OFFSET(printk_info.ts_nsec)", LAYOUT, PRB, info_ts_nsec),
	ROW("OFFSET(printk_info.text_len)", LAYOUT, PRB, info_text_len),
	ROW("OFFSET(printk_info.caller_id)", LAYOUT, OPTIONAL, info_caller_id),
	ROW("OFFSET(atomic_long_t.counter)", LAYOUT, PRB, atomic_counter),
	ROW("NUMBER(PAGE_OFFSET)", ADDRESS, OPTIONAL, page_offset),
	ROW("NUMBER(PHYS_OFFSET)", NUMBER, OPTIONAL, phys_offset),
	ROW("NUMBER(phys_ram_base)", NUMBER, OPTIONAL, phys_offset),
#undef ROW
};

/* number_parse()'s base for each kind. */
static const int bases[] = {
	[KIND_ADDRESS] = 16,
	[KIND_LAYOUT] = 10,
	[KIND_NUMBER] = 0,
};

static uint64_t *member_of(struct vmcoreinfo *info, const struct row *row)
{
	void *member = (char *)info + row->member;

	return member;
}

static void parse_line(char *line, struct vmcoreinfo *info)
{
	char *value = strchr(line, '=');

	if (!value)
		return;
	*value++ = '\0';
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		uint64_t v;

		if (strcmp(line, rows[i].key) != 0)
			continue;
		if (number_parse(value, bases[rows[i].kind], &v) < 0)
			return;
		if (rows[i].kind == KIND_LAYOUT && v > VMCOREINFO_STRUCT_MAX)
			return;
		*member_of(info, &rows[i]) = v;
		return;
	}
}

void vmcoreinfo_parse(char *text, size_t size, struct vmcoreinfo *ret)
{
	char *end = text + size;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		*member_of(ret, &rows[i]) = VMCOREINFO_ABSENT;
	while (text < end) {
		char *next = memchr(text, '\n', (size_t)(end - text));

		if (!next)
			next = end;
		*next = '\0';
		parse_line(text, ret);
		text = next + 1;
	}
}

int vmcoreinfo_load(struct core *core, struct vmcoreinfo *ret, struct err *err)
{
	_cleanup_free_ char *text = NULL;
	size_t size;
	int r = core_note(core, "VMCOREINFO", VMCOREINFO_MAX, &text, &size, err);

	if (r < 0)
		return r;
	vmcoreinfo_parse(text, size, ret);
	if (ret->page_offset != VMCOREINFO_ABSENT && ret->phys_offset != VMCOREINFO_ABSENT)
		core_set_direct_map(core, ret->page_offset, ret->phys_offset);
	return 0;
}

int vmcoreinfo_need(const struct vmcoreinfo *info, enum vmcoreinfo_group group, struct err *err)
{
	struct vmcoreinfo copy = *info;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		if (rows[i].group == group && *member_of(&copy, &rows[i]) == VMCOREINFO_ABSENT)
			return err_set(err, -ENODATA, "its VMCOREINFO note has no usable %s",
				       rows[i].key);
	return 0;
}
