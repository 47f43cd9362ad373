/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "lib/array.h"
#include "vmcore-dmesg/damage.h"
#include "vmcore-dmesg/memory.h"
#include "vmcore-dmesg/prb.h"
#include "vmcore-dmesg/window.h"

enum {
	/*
	 * The kernel's ring is at most 2 GiB (printk.c: LOG_BUF_LEN_MAX), and has a
	 * descriptor for each 32 bytes of it (PRB_AVGBITS 5).
	 */
	TEXT_BITS_MAX = 31,
	COUNT_BITS_MAX = 26,
	/* Bytes of descriptors, of infos and of texts, held at a time. */
	WINDOW = 1 << 20,
	/*
	 * Descriptors behind the newest that may be half reserved: between raising the
	 * head's id and claiming its slot (printk_ringbuffer.c: desc_reserve()) there is one
	 * for each CPU in the middle of a printk, and there are a few instructions only.
	 */
	RESERVING_MAX = 64,
	/* Widths of members whose types are the same in all kernels. */
	COUNT_WIDTH = 4, /* unsigned int */
	SEQ_WIDTH = 8,
	TIME_WIDTH = 8,
	TEXT_LEN_WIDTH = 2,
	TEXT_LEN_MAX = 0xffff,
	CALLER_WIDTH = 4,
	/*
	 * Behind text_len: u8 facility; u8 flags:5, level:3 (struct printk_info), which
	 * VMCOREINFO does not name.
	 */
	FACILITY_GAP = TEXT_LEN_WIDTH,
	LEVEL_GAP = FACILITY_GAP + 1,
	LEVEL_BITS = 3,
	FLAGS_BITS = 5,
};

/* enum desc_state of the kernel. */
enum desc_state { DESC_RESERVED, DESC_COMMITTED, DESC_FINALIZED, DESC_REUSABLE };

struct desc {
	uint64_t state_var;
	uint64_t id;
	enum desc_state state;
	uint64_t begin, next; /* of the text's block, logical positions */
};

struct info {
	uint64_t seq, ts_nsec, text_len;
	uint8_t facility, level;
	uint32_t caller_id;
};

/* A ring being read. */
struct prb {
	const struct core *core;
	const struct vmcoreinfo *vi;
	struct vmcoreinfo layout; /* what @vi is: the kernel's, and what we make up for */
	const struct record_sink *sink;
	uint64_t long_mask; /* all bits of the kernel's long */
	uint64_t id_mask;   /* those of an id: all but the state's two at the top */
	unsigned int state_shift;
	uint64_t count;      /* slots, a power of two */
	uint64_t head, tail; /* ids */
	uint64_t text_size;  /* bytes of the text ring, a power of two */
	struct window descs, infos, text;
	struct damage damage;
	uint64_t before; /* problems before the record that is being read */
};

static void prb_done(struct prb *p)
{
	window_done(&p->descs);
	window_done(&p->infos);
	window_done(&p->text);
}

/* ---- The ring itself ---- */

/* struct printk_ringbuffer, in memory. */
struct ring_members {
	uint64_t count_bits, descs, infos, head, tail, size_bits, data;
};

static int read_members(const struct prb *p, uint64_t addr, struct ring_members *ret,
			struct err *err)
{
	const struct vmcoreinfo *vi = p->vi;
	const struct core *core = p->core;
	_cleanup_free_ uint8_t *data = malloc((size_t)vi->ring_size + 1);
	struct bytes b = { data, (size_t)vi->ring_size };
	const uint64_t descs = vi->ring_descs, text = vi->ring_text;
	const unsigned int word = core->word;
	int r;

	if (!data)
		return err_oom(err);
	r = core_read_vaddr(core, addr, data, b.size, NULL, err);
	if (r < 0)
		return err_prefix(err, -EBADMSG, "its struct printk_ringbuffer");
	if (!core_uint(core, b, descs + vi->descs_count_bits, COUNT_WIDTH, &ret->count_bits) ||
	    !core_uint(core, b, descs + vi->descs_descs, word, &ret->descs) ||
	    !core_uint(core, b, descs + vi->descs_infos, word, &ret->infos) ||
	    !core_uint(core, b, descs + vi->descs_head_id + vi->atomic_counter, word, &ret->head) ||
	    !core_uint(core, b, descs + vi->descs_tail_id + vi->atomic_counter, word, &ret->tail) ||
	    !core_uint(core, b, text + vi->text_size_bits, COUNT_WIDTH, &ret->size_bits) ||
	    !core_uint(core, b, text + vi->text_data, word, &ret->data))
		return err_set(err, -EBADMSG,
			       "SIZE(printk_ringbuffer)=%zu is too small for its members", b.size);
	return 0;
}

/* Read the pointer that SYMBOL(prb) is the address of, and what it points to. */
static int read_ring(const struct prb *p, struct ring_members *ret, struct err *err)
{
	uint64_t addr;
	int r = core_read_uint(p->core, p->vi->prb, p->core->word, &addr, err);

	if (r < 0)
		return err_prefix(err, -EBADMSG, "its pointer prb");
	r = read_members(p, addr, ret, err);
	if (r < 0)
		return r;
	if (ret->count_bits == 0 || ret->count_bits > COUNT_BITS_MAX)
		return err_set(err, -EBADMSG,
			       "damaged: the ring at 0x%" PRIx64 " claims 2^%" PRIu64
			       " descriptors (at most 2^%d)",
			       addr, ret->count_bits, COUNT_BITS_MAX);
	if (ret->size_bits == 0 || ret->size_bits > TEXT_BITS_MAX)
		return err_set(err, -EBADMSG,
			       "damaged: the ring at 0x%" PRIx64 " claims 2^%" PRIu64
			       " bytes of text (at most 2^%d)",
			       addr, ret->size_bits, TEXT_BITS_MAX);
	return 0;
}

/* Can the members that VMCOREINFO names lie in the structures that it names? */
static int check_layout(const struct prb *p, struct err *err)
{
	const struct vmcoreinfo *vi = p->vi;
	const unsigned int word = p->core->word;

	if (!range_within(vi->desc_state_var + vi->atomic_counter, word, vi->desc_size) ||
	    !range_within(vi->desc_text_lpos + vi->lpos_begin, word, vi->desc_size) ||
	    !range_within(vi->desc_text_lpos + vi->lpos_next, word, vi->desc_size))
		return err_set(err, -EBADMSG,
			       "SIZE(prb_desc)=%" PRIu64 " is too small for its members",
			       vi->desc_size);
	if (!range_within(vi->info_ts_nsec, TIME_WIDTH, vi->info_size) ||
	    !range_within(vi->info_text_len, TEXT_LEN_WIDTH, vi->info_size))
		return err_set(err, -EBADMSG,
			       "SIZE(printk_info)=%" PRIu64 " is too small for its members",
			       vi->info_size);
	return 0;
}

static int prb_init(struct prb *p, struct err *err)
{
	const struct vmcoreinfo *vi = &p->layout;
	struct ring_members m;
	int r = vmcoreinfo_need(p->vi, VMCOREINFO_PRB, p->core->word, &p->layout, &p->damage, err);

	p->vi = vi;
	if (r == 0)
		r = check_layout(p, err);
	if (r == 0)
		r = read_ring(p, &m, err);
	if (r < 0)
		return r;
	p->long_mask = UINT64_MAX >> (64 - 8 * p->core->word);
	p->state_shift = 8 * p->core->word - 2;
	p->id_mask = p->long_mask >> 2;
	p->count = UINT64_C(1) << m.count_bits;
	p->text_size = UINT64_C(1) << m.size_bits;
	p->head = m.head & p->id_mask;
	p->tail = m.tail & p->id_mask;
	r = window_init(&p->descs, p->core, m.descs, p->count * vi->desc_size, WINDOW, err);
	if (r == 0)
		r = window_init(&p->infos, p->core, m.infos, p->count * vi->info_size, WINDOW, err);
	if (r == 0)
		r = window_init(&p->text, p->core, m.data, p->text_size, WINDOW, err);
	return r;
}

/* ---- One record ---- */

static uint64_t slot_of(const struct prb *p, uint64_t id)
{
	return id & (p->count - 1);
}

static int read_desc(struct prb *p, uint64_t slot, struct desc *ret, struct err *err)
{
	const struct vmcoreinfo *vi = p->vi;
	const unsigned int word = p->core->word;
	uint64_t state = 0, begin = 0, next = 0;
	struct bytes b;
	int r = window_view(&p->descs, slot * vi->desc_size, (size_t)vi->desc_size, &b, err);

	if (r < 0)
		return r;
	if (!core_uint(p->core, b, vi->desc_state_var + vi->atomic_counter, word, &state) ||
	    !core_uint(p->core, b, vi->desc_text_lpos + vi->lpos_begin, word, &begin) ||
	    !core_uint(p->core, b, vi->desc_text_lpos + vi->lpos_next, word, &next))
		return err_set(err, -EBADMSG, "prb_desc is too small"); /* check_layout() */
	*ret = (struct desc){
		.state_var = state,
		.id = state & p->id_mask,
		.state = (enum desc_state)(state >> p->state_shift & 3),
		.begin = begin,
		.next = next,
	};
	return 0;
}

/* After a failure of read_desc(): how many descriptors, from this one on, are known to fail. */
static uint64_t unreadable_descs(const struct prb *p, uint64_t slot)
{
	const uint64_t size = p->vi->desc_size;

	return (window_hole_end(&p->descs, slot * size) + size - 1) / size - slot;
}

static int read_info(struct prb *p, uint64_t slot, struct info *ret, struct err *err)
{
	const struct vmcoreinfo *vi = p->vi;
	uint64_t facility, bits, caller;
	struct info info = { 0 };
	struct bytes b;
	int r = window_view(&p->infos, slot * vi->info_size, (size_t)vi->info_size, &b, err);

	if (r < 0)
		return r;
	if (!core_uint(p->core, b, vi->info_ts_nsec, TIME_WIDTH, &info.ts_nsec) ||
	    !core_uint(p->core, b, vi->info_text_len, TEXT_LEN_WIDTH, &info.text_len))
		return err_set(err, -EBADMSG, "printk_info is too small"); /* check_layout() */
	if (!core_uint(p->core, b, vi->info_seq, SEQ_WIDTH, &info.seq))
		info.seq = 0;
	if (core_uint(p->core, b, vi->info_caller_id, CALLER_WIDTH, &caller))
		info.caller_id = (uint32_t)caller;
	if (core_uint(p->core, b, vi->info_text_len + FACILITY_GAP, 1, &facility))
		info.facility = (uint8_t)facility;
	/* Bit fields fill a byte from its low end, and from its high end on big endian. */
	if (core_uint(p->core, b, vi->info_text_len + LEVEL_GAP, 1, &bits))
		info.level = p->core->big_endian ? bits & ((1U << LEVEL_BITS) - 1)
						 : (uint8_t)(bits >> FLAGS_BITS);
	*ret = info;
	return 0;
}

/* A text block in the ring, without its id: @off and @len in bytes. */
struct block {
	uint64_t off, len;
};

/*
 * Where a descriptor's text is. A block lies in one piece between its logical positions; one
 * that would not fit before the ring's end lies at the ring's start instead. Since Linux 6.18
 * (67e1b0052f6b "printk_ringbuffer: don't needlessly wrap data blocks around") a block may
 * end exactly at the ring's end, so the last byte decides, not the one behind it. Records
 * without text have equal, odd positions, which no block has.
 *
 * Return: NULL, or what is wrong; *@ret is then the best guess.
 */
static const char *find_block(const struct prb *p, const struct desc *desc, struct block *ret)
{
	const uint64_t mask = p->text_size - 1, word = p->core->word;
	uint64_t begin = desc->begin & mask;
	uint64_t last = (desc->next - 1) & mask;
	uint64_t wraps = ((desc->next - 1) & p->long_mask & ~mask) - (desc->begin & ~mask);

	*ret = (struct block){ 0, 0 };
	if (desc->begin == desc->next)
		return desc->begin & 1 ? NULL : "its text block is empty";
	if (last < begin)
		begin = 0;
	if (last + 1 - begin < word)
		return "its text block is too small";
	ret->off = begin + word;
	ret->len = last + 1 - ret->off;
	if ((wraps & p->long_mask) != (last < (desc->begin & mask) ? p->text_size : 0))
		return "its text block does not end behind its beginning";
	return NULL;
}

/* The text of a record whose info is lost: the block's, without the padding. */
static struct bytes without_padding(struct bytes text)
{
	while (text.size > 0 && text.data[text.size - 1] == '\0')
		text.size--;
	return text;
}

/*
 * Find a record's text. What is wrong with it goes to the damage, and as much of it as there
 * is to *@ret. @info: NULL if it is lost.
 */
static void find_text(struct prb *p, const struct desc *desc, const struct info *info,
		      struct bytes *ret)
{
	const uint64_t word = p->core->word;
	struct block block;
	const char *wrong = find_block(p, desc, &block);
	uint64_t len = block.len < TEXT_LEN_MAX ? block.len : TEXT_LEN_MAX;
	struct bytes b = { NULL, 0 };
	struct err err; /* filled by failures only: this runs for each record */
	int r = 0;
	uint64_t id;

	if (!wrong && info && info->text_len > block.len)
		wrong = "its text is longer than its block";
	if (info && info->text_len < len)
		len = info->text_len;
	if (block.len > 0)
		r = window_view(&p->text, block.off - word, (size_t)(word + len), &b, &err);
	if (!wrong && core_uint(p->core, b, 0, (unsigned int)word, &id) &&
	    (id & p->id_mask) != desc->id)
		wrong = "its text block belongs to another one";
	if (wrong)
		damage_add(&p->damage,
			   "record with id 0x%" PRIx64 ": %s (0x%" PRIx64 " to 0x%" PRIx64
			   " of the text ring at 0x%" PRIx64 ")",
			   desc->id, wrong, desc->begin, desc->next, p->text.addr);
	if (len > 0 && r < 0)
		damage_add_err(&p->damage, &err,
			       "record with id 0x%" PRIx64 ": its text at 0x%" PRIx64, desc->id,
			       p->text.addr + block.off);
	if (!bytes_slice(b, word, b.size > word ? b.size - word : 0, ret))
		*ret = (struct bytes){ NULL, 0 };
	if (!info)
		*ret = without_padding(*ret);
}

/*
 * Deliver a record. @info: NULL if it is lost. One mark stands for all the problems between two
 * records that have none.
 */
static int deliver(struct prb *p, const struct desc *desc, const struct info *info, struct err *err)
{
	struct record record = { .has_info = info };
	int r;

	find_text(p, desc, info, &record.text);
	if (info) {
		record.seq = info->seq;
		record.ts_nsec = info->ts_nsec;
		record.facility = info->facility;
		record.level = info->level;
		record.has_caller = p->vi->info_caller_id != VMCOREINFO_ABSENT;
		record.caller_id = info->caller_id;
	} else if (record.text.size == 0) {
		return 0;
	}
	r = p->damage.count == p->before ? damage_mark(&p->damage, p->sink, err) : 0;
	return r < 0 ? r : p->sink->take(p->sink->ctx, &record, err);
}

static bool is_record(const struct desc *desc)
{
	return desc->state == DESC_COMMITTED || desc->state == DESC_FINALIZED;
}

/* Like read_info(); a failure goes to the damage. Return: true if *@ret is good. */
static bool have_info(struct prb *p, uint64_t slot, struct info *ret)
{
	struct err err;

	if (read_info(p, slot, ret, &err) == 0)
		return true;
	damage_add_err(&p->damage, &err,
		       "time and length of the record in slot %" PRIu64 " at 0x%" PRIx64, slot,
		       p->infos.addr + slot * p->vi->info_size);
	return false;
}

/* ---- A whole ring: from the tail's id to the head's ---- */

/* Is slot id's descriptor in between two states because a CPU was about to take it? */
static bool is_being_reserved(const struct prb *p, uint64_t id, const struct desc *desc)
{
	uint64_t before = (id - p->count) & p->id_mask;

	return ((p->head - id) & p->id_mask) < RESERVING_MAX &&
	       (desc->state_var == 0 || (desc->id == before && desc->state == DESC_REUSABLE));
}

/* Note that the descriptors at @slot and behind it cannot be read. Return: how many. */
static uint64_t skip_descs(struct prb *p, uint64_t slot, const struct err *why)
{
	const uint64_t size = p->vi->desc_size;
	uint64_t count = unreadable_descs(p, slot);

	damage_add_err(&p->damage, why, "descriptors %" PRIu64 " to %" PRIu64 " at 0x%" PRIx64,
		       slot, slot + count - 1, p->descs.addr + slot * size);
	return count;
}

/* Look at the descriptor of @id. *@ret_count: how many ids that was, unreadable ones included. */
static int walk_id(struct prb *p, uint64_t id, uint64_t *ret_count, struct err *err)
{
	const uint64_t slot = slot_of(p, id);
	struct err desc_err;
	struct desc desc;
	struct info info;

	p->before = p->damage.count;
	*ret_count = 1;
	if (read_desc(p, slot, &desc, &desc_err) < 0) {
		*ret_count = skip_descs(p, slot, &desc_err);
		return 0;
	}
	if (desc.id != id) {
		if (!is_being_reserved(p, id, &desc))
			damage_add(&p->damage,
				   "descriptor %" PRIu64 " at 0x%" PRIx64 " has id 0x%" PRIx64
				   " in place of 0x%" PRIx64,
				   slot, p->descs.addr + slot * p->vi->desc_size, desc.id, id);
		desc.id = id;
	}
	if (!is_record(&desc))
		return 0;
	return deliver(p, &desc, have_info(p, slot, &info) ? &info : NULL, err);
}

static int walk(struct prb *p, struct err *err)
{
	const uint64_t last = (p->head - p->tail) & p->id_mask;
	uint64_t count;
	int r = 0;

	for (uint64_t i = 0; i <= last && r == 0; i += count)
		r = walk_id(p, (p->tail + i) & p->id_mask, &count, err);
	return r;
}

/* ---- A damaged ring: every slot that holds a record ---- */

struct found {
	uint64_t order;
	struct desc desc;
	bool has_info;
	struct info info;
};

struct finds {
	struct found *items;
	size_t count, capacity;
};

static void finds_done(struct finds *finds)
{
	free(finds->items);
}

static int by_order(const void *a, const void *b)
{
	const struct found *x = a, *y = b;

	return (x->order > y->order) - (x->order < y->order);
}

/*
 * The first record's id is minus the number of slots (printk_ringbuffer.h: DESC0_ID()), so
 * that ids overflow soon; counted from there they grow for as long as a machine lives.
 */
static int collect(struct prb *p, struct finds *finds, struct err *err)
{
	for (uint64_t slot = 0, count = 1; slot < p->count; slot += count) {
		struct found found;

		count = 1;
		if (read_desc(p, slot, &found.desc, NULL) < 0) {
			count = unreadable_descs(p, slot);
			continue;
		}
		if (!is_record(&found.desc))
			continue;
		if (slot_of(p, found.desc.id) != slot) {
			damage_add(&p->damage, "descriptor %" PRIu64 " has id 0x%" PRIx64, slot,
				   found.desc.id);
			continue;
		}
		found.order = (found.desc.id + p->count) & p->id_mask;
		found.has_info = have_info(p, slot, &found.info);
		if (array_reserve(&finds->items, &finds->capacity, finds->count + 1,
				  sizeof(found)) < 0)
			return err_oom(err);
		finds->items[finds->count++] = found;
	}
	return 0;
}

static int search(struct prb *p, struct err *err)
{
	_cleanup_(finds_done) struct finds finds = { NULL };
	int r;

	damage_add(&p->damage,
		   "its tail 0x%" PRIx64 " and head 0x%" PRIx64
		   " do not match the descriptors at 0x%" PRIx64,
		   p->tail, p->head, p->descs.addr);
	r = collect(p, &finds, err);
	if (r < 0)
		return r;
	if (finds.count > 0)
		qsort(finds.items, finds.count, sizeof(finds.items[0]), by_order);
	for (size_t i = 0; i < finds.count && r == 0; i++) {
		struct found *found = &finds.items[i];

		p->before = p->damage.count;
		r = deliver(p, &found->desc, found->has_info ? &found->info : NULL, err);
	}
	return r;
}

/* Are all records that there are in the slots from the tail's to the head's? */
static bool ends_are_plausible(struct prb *p)
{
	const uint64_t last = (p->head - p->tail) & p->id_mask;

	if (last >= p->count)
		return false;
	for (uint64_t i = last + 1, count = 1; i < p->count; i += count) {
		uint64_t slot = slot_of(p, p->tail + i);
		struct desc desc;

		count = 1;
		if (read_desc(p, slot, &desc, NULL) < 0)
			count = unreadable_descs(p, slot);
		else if (is_record(&desc) && slot_of(p, desc.id) == slot)
			return false;
	}
	return true;
}

bool prb_applies(const struct vmcoreinfo *info)
{
	return info->prb != VMCOREINFO_ABSENT;
}

int prb_read(const struct core *core, const struct vmcoreinfo *info, const struct record_sink *sink,
	     struct err *err)
{
	_cleanup_(prb_done) struct prb p = { .core = core, .vi = info, .sink = sink };
	int r = prb_init(&p, err);

	if (r < 0)
		return r;
	r = ends_are_plausible(&p) ? walk(&p, err) : search(&p, err);
	if (r == 0)
		r = damage_mark(&p.damage, sink, err);
	return r < 0 ? r : damage_result(&p.damage, err);
}
