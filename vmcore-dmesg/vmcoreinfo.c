/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <inttypes.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "lib/number.h"
#include "vmcore-dmesg/memory.h"
#include "vmcore-dmesg/note.h"
#include "vmcore-dmesg/note_search.h"
#include "vmcore-dmesg/placement.h"
#include "vmcore-dmesg/vmcoreinfo.h"

enum kind {
	KIND_ADDRESS, /* hexadecimal, without a prefix */
	KIND_LAYOUT,  /* decimal: a structure's size, a member's offset in bytes */
	KIND_NUMBER,  /* as its prefix says, and maybe negative: architectures differ */
};

enum { UNKNOWN = -1 };

static const struct row {
	const char *key;
	enum kind kind;
	enum vmcoreinfo_group group;
	size_t member; /* offset in struct vmcoreinfo */
	/* The value in all kernels until now: so many bytes and longs. UNKNOWN: not the same. */
	int bytes;
	int words;
} rows[] = {
#define ROW_KNOWN(key, kind, group, member, bytes, words)                                          \
	{                                                                                          \
		key, KIND_##kind, VMCOREINFO_##group, offsetof(struct vmcoreinfo, member), bytes,  \
			words                                                                      \
	}
#define ROW(key, kind, group, member) ROW_KNOWN(key, kind, group, member, UNKNOWN, 0)
	ROW("SYMBOL(prb)", ADDRESS, PRB, prb),
	ROW_KNOWN("SIZE(printk_ringbuffer)", LAYOUT, PRB, ring_size, 0, 20),
	ROW_KNOWN("OFFSET(printk_ringbuffer.desc_ring)", LAYOUT, PRB, ring_descs, 0, 0),
	ROW("OFFSET(printk_ringbuffer.text_data_ring)", LAYOUT, PRB, ring_text),
	ROW_KNOWN("OFFSET(prb_desc_ring.count_bits)", LAYOUT, PRB, descs_count_bits, 0, 0),
	ROW_KNOWN("OFFSET(prb_desc_ring.descs)", LAYOUT, PRB, descs_descs, 0, 1),
	ROW_KNOWN("OFFSET(prb_desc_ring.infos)", LAYOUT, PRB, descs_infos, 0, 2),
	ROW_KNOWN("OFFSET(prb_desc_ring.head_id)", LAYOUT, PRB, descs_head_id, 0, 3),
	ROW_KNOWN("OFFSET(prb_desc_ring.tail_id)", LAYOUT, PRB, descs_tail_id, 0, 4),
	ROW_KNOWN("OFFSET(prb_data_ring.size_bits)", LAYOUT, PRB, text_size_bits, 0, 0),
	ROW_KNOWN("OFFSET(prb_data_ring.data)", LAYOUT, PRB, text_data, 0, 1),
	ROW_KNOWN("SIZE(prb_desc)", LAYOUT, PRB, desc_size, 0, 3),
	ROW_KNOWN("OFFSET(prb_desc.state_var)", LAYOUT, PRB, desc_state_var, 0, 0),
	ROW_KNOWN("OFFSET(prb_desc.text_blk_lpos)", LAYOUT, PRB, desc_text_lpos, 0, 1),
	ROW_KNOWN("OFFSET(prb_data_blk_lpos.begin)", LAYOUT, PRB, lpos_begin, 0, 0),
	ROW_KNOWN("OFFSET(prb_data_blk_lpos.next)", LAYOUT, PRB, lpos_next, 0, 1),
	ROW_KNOWN("SIZE(printk_info)", LAYOUT, PRB, info_size, 88, 0),
	ROW("OFFSET(printk_info.seq)", LAYOUT, OPTIONAL, info_seq),
	ROW_KNOWN("OFFSET(printk_info.ts_nsec)", LAYOUT, PRB, info_ts_nsec, 8, 0),
	ROW_KNOWN("OFFSET(printk_info.text_len)", LAYOUT, PRB, info_text_len, 16, 0),
	ROW("OFFSET(printk_info.caller_id)", LAYOUT, OPTIONAL, info_caller_id),
	ROW_KNOWN("OFFSET(atomic_long_t.counter)", LAYOUT, PRB, atomic_counter, 0, 0),
	ROW("SYMBOL(log_buf)", ADDRESS, BUFFER, log_buf),
	ROW("SYMBOL(log_buf_len)", ADDRESS, BUFFER, log_buf_len),
	ROW("SYMBOL(log_first_idx)", ADDRESS, RECORDS, log_first_idx),
	ROW("SYMBOL(log_next_idx)", ADDRESS, RECORDS, log_next_idx),
	ROW("SYMBOL(log_end)", ADDRESS, OPTIONAL, log_end),
	ROW("SYMBOL(logged_chars)", ADDRESS, OPTIONAL, logged_chars),
	/* Linux 3.5 to 3.10 call the structure log. */
	ROW("SIZE(printk_log)", LAYOUT, RECORDS, log_size),
	ROW("SIZE(log)", LAYOUT, RECORDS, log_size),
	ROW_KNOWN("OFFSET(printk_log.ts_nsec)", LAYOUT, RECORDS, log_ts_nsec, 0, 0),
	ROW_KNOWN("OFFSET(log.ts_nsec)", LAYOUT, RECORDS, log_ts_nsec, 0, 0),
	ROW_KNOWN("OFFSET(printk_log.len)", LAYOUT, RECORDS, log_len, 8, 0),
	ROW_KNOWN("OFFSET(log.len)", LAYOUT, RECORDS, log_len, 8, 0),
	ROW_KNOWN("OFFSET(printk_log.text_len)", LAYOUT, RECORDS, log_text_len, 10, 0),
	ROW_KNOWN("OFFSET(log.text_len)", LAYOUT, RECORDS, log_text_len, 10, 0),
	ROW("OFFSET(printk_log.caller_id)", LAYOUT, OPTIONAL, log_caller_id),
	ROW("NUMBER(PAGE_OFFSET)", ADDRESS, OPTIONAL, page_offset),
	ROW("NUMBER(PHYS_OFFSET)", NUMBER, OPTIONAL, phys_offset),
	ROW("NUMBER(phys_ram_base)", NUMBER, OPTIONAL, phys_offset),
	ROW("CRASHTIME", NUMBER, OPTIONAL, crash_time),
	ROW("SYMBOL(swapper_pg_dir)", ADDRESS, OPTIONAL, swapper_pg_dir),
	ROW("SYMBOL(init_uts_ns)", ADDRESS, OPTIONAL, init_uts_ns),
	ROW("NUMBER(phys_base)", NUMBER, OPTIONAL, phys_base),
	ROW("NUMBER(pgtable_l5_enabled)", NUMBER, OPTIONAL, l5_enabled),
	ROW("NUMBER(VA_BITS)", NUMBER, OPTIONAL, va_bits),
	ROW("NUMBER(kimage_voffset)", NUMBER, OPTIONAL, kimage_voffset),
	ROW("IDENTITYBASE", ADDRESS, OPTIONAL, identity_base),
	ROW("KERNELOFFSET", ADDRESS, OPTIONAL, kernel_offset),
	ROW("KERNELOFFPHYS", ADDRESS, OPTIONAL, kernel_offset_phys),
	ROW("NUMBER(KERNEL_LINK_ADDR)", NUMBER, OPTIONAL, kernel_link_addr),
	ROW("NUMBER(va_kernel_pa_offset)", NUMBER, OPTIONAL, va_kernel_pa_offset),
#undef ROW
#undef ROW_KNOWN
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

static bool parse_value(const char *text, enum kind kind, uint64_t *ret)
{
	const bool is_negative = kind == KIND_NUMBER && text[0] == '-';
	uint64_t v;

	if (number_parse(is_negative ? text + 1 : text, bases[kind], &v) < 0)
		return false;
	if (kind == KIND_LAYOUT && v > VMCOREINFO_STRUCT_MAX)
		return false;
	*ret = is_negative ? -v : v;
	return true;
}

static void parse_line(char *line, struct vmcoreinfo *info)
{
	char *value = strchr(line, '=');
	uint64_t v;

	if (!value)
		return;
	*value++ = '\0';
	if (strcmp(line, "OSRELEASE") == 0 && strlen(value) < sizeof(info->release))
		strcpy(info->release, value);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		if (strcmp(line, rows[i].key) != 0)
			continue;
		if (parse_value(value, rows[i].kind, &v))
			*member_of(info, &rows[i]) = v;
		return;
	}
}

void vmcoreinfo_parse(char *text, size_t size, struct vmcoreinfo *ret)
{
	char *end = text + size;

	ret->release[0] = '\0';
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

/* Find the text: in the core's notes, or in its memory. It gets a NUL behind it. */
static int read_text(struct core *core, char **ret, size_t *ret_size, struct err *err)
{
	int r;

	if (core->dump)
		return dump_vmcoreinfo(core->dump, ret, ret_size, err);
	r = core_note(core, "VMCOREINFO", VMCOREINFO_MAX, ret, ret_size, err);
	return r == -ENODATA ? note_search(core, ret, ret_size, err) : r;
}

int vmcoreinfo_load(struct core *core, struct vmcoreinfo *ret, struct err *err)
{
	_cleanup_free_ char *text = NULL;
	size_t size;
	int r = read_text(core, &text, &size, err);

	if (r == -ENODATA)
		return err_prefix(err, r, "Missing the log_buf symbol"); /* scripts look for it */
	if (r < 0)
		return r;
	vmcoreinfo_parse(text, size, ret);
	placement_set(core, ret);
	return 0;
}

int vmcoreinfo_need(const struct vmcoreinfo *info, enum vmcoreinfo_group group, unsigned int word,
		    struct vmcoreinfo *ret, struct damage *damage, struct err *err)
{
	*ret = *info;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct row *row = &rows[i];
		uint64_t *member = member_of(ret, row);

		if (!(row->group & group) || *member != VMCOREINFO_ABSENT)
			continue;
		if (row->bytes == UNKNOWN)
			return err_set(err, -ENODATA, "its VMCOREINFO note has no usable %s",
				       row->key);
		*member = (uint64_t)row->bytes + (uint64_t)row->words * word;
		damage_add(damage, "its VMCOREINFO note has no usable %s; guessed to be %" PRIu64,
			   row->key, *member);
	}
	return 0;
}
