/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "vmcore-dmesg/damage.h"
#include "vmcore-dmesg/memory.h"
#include "vmcore-dmesg/records.h"
#include "vmcore-dmesg/window.h"

enum {
	/* Bytes of the buffer held at a time; a few of the largest records at least. */
	LOG_WINDOW = 1 << 20,
	/* The kernel's own limit (printk.c: LOG_BUF_LEN_MAX). */
	LOG_SIZE_MAX_BITS = 31,
	/* Bytes of a header; kernels have 16, or 24 with the caller's id. */
	HEADER_MAX = 256,
	/* Headers lie at multiples of this; of more where longs are wider (LOG_ALIGN). */
	LOG_ALIGN_MIN = 4,
	LOG_ALIGN_MAX = 8,
	/* Bytes looked at at a time where there are no records. */
	ZEROS_STEP = 64 << 10,
	/* So many records behind one another, lengths right, are not chance. */
	CHAIN = 4,
	/* Widths of members whose types are the same in all kernels. */
	INDEX_WIDTH = 4, /* u32 and int */
	TIME_WIDTH = 8,
	LEN_WIDTH = 2,
	CALLER_WIDTH = 4,
	/* Behind text_len: u16 dict_len; u8 facility; u8 flags:5, level:3. */
	DICT_LEN_GAP = LEN_WIDTH,
	FACILITY_GAP = 2 * LEN_WIDTH,
	LEVEL_GAP = FACILITY_GAP + 1,
	LEVEL_BITS = 3,
	FLAGS_BITS = 5,
};

/* A record's header. */
struct entry {
	uint64_t off; /* in the buffer */
	uint64_t ts_nsec, len, text_len, dict_len;
	uint8_t facility, level;
	uint32_t caller_id;
};

/* A log being read. */
struct log {
	const struct core *core;
	const struct vmcoreinfo *vi;
	struct vmcoreinfo layout; /* what @vi is: the kernel's, and what we make up for */
	const struct record_sink *sink;
	uint64_t size; /* of the buffer */
	struct window w;
	uint64_t latest; /* time of the last record that was delivered */
	struct damage damage;
};

static void log_done(struct log *log)
{
	window_done(&log->w);
}

/* ---- One record ---- */

/*
 * Linux 3.5 has a u16 level there, of which the facility is a part. A later header with flags
 * and level 0 reads the same either way, its facility aside.
 */
static void read_level(const struct log *log, struct bytes b, struct entry *ret)
{
	const unsigned int level_mask = (1U << LEVEL_BITS) - 1;
	uint64_t facility = 0, bits = 0;

	if (!core_uint(log->core, b, log->vi->log_text_len + FACILITY_GAP, 1, &facility) ||
	    !core_uint(log->core, b, log->vi->log_text_len + LEVEL_GAP, 1, &bits))
		return;
	ret->facility = (uint8_t)facility;
	/* Bit fields fill a byte from its low end, and from its high end on big endian. */
	if (log->core->big_endian) {
		ret->level = (uint8_t)(bits & level_mask);
	} else if (bits != 0) {
		ret->level = (uint8_t)(bits >> FLAGS_BITS);
	} else {
		ret->level = (uint8_t)(facility & level_mask);
		ret->facility = (uint8_t)(facility >> LEVEL_BITS);
	}
}

static int read_entry(struct log *log, uint64_t off, struct entry *ret, struct err *err)
{
	const struct vmcoreinfo *vi = log->vi;
	struct entry e = { .off = off };
	uint64_t caller;
	struct bytes b;
	int r = window_view(&log->w, off, (size_t)vi->log_size, &b, err);

	if (r < 0)
		return r;
	if (!core_uint(log->core, b, vi->log_ts_nsec, TIME_WIDTH, &e.ts_nsec) ||
	    !core_uint(log->core, b, vi->log_len, LEN_WIDTH, &e.len) ||
	    !core_uint(log->core, b, vi->log_text_len, LEN_WIDTH, &e.text_len))
		return err_set(err, -EBADMSG, "the header is too small"); /* check_layout() */
	if (!core_uint(log->core, b, vi->log_text_len + DICT_LEN_GAP, LEN_WIDTH, &e.dict_len))
		e.dict_len = 0;
	if (core_uint(log->core, b, vi->log_caller_id, CALLER_WIDTH, &caller))
		e.caller_id = (uint32_t)caller;
	read_level(log, b, &e);
	*ret = e;
	return 0;
}

/* What is wrong with a record in a part of the buffer that ends at @end, or NULL. */
static const char *find_fault(const struct log *log, const struct entry *e, uint64_t end)
{
	uint64_t used = log->vi->log_size + e->text_len + e->dict_len;

	if (e->len < log->vi->log_size || e->len % LOG_ALIGN_MIN != 0)
		return "its length makes no sense";
	if (e->len > end - e->off)
		return "it is longer than the log";
	return used > e->len ? "its text is longer than itself" : NULL;
}

/* Does a record as kernels write them begin at @off? *@ret_next: where the next one would. */
static bool is_exact(struct log *log, uint64_t off, uint64_t end, struct entry *ret)
{
	if (!range_within(off, log->vi->log_size, end) || read_entry(log, off, ret, NULL) < 0)
		return false;
	return !find_fault(log, ret, end) &&
	       ret->len - (log->vi->log_size + ret->text_len + ret->dict_len) < LOG_ALIGN_MAX;
}

/* Does a chain of records begin at @off that is too long, or ends too well, to be chance? */
static bool is_chain(struct log *log, uint64_t off, uint64_t end)
{
	struct entry e;

	for (int i = 0; i < CHAIN; i++, off += e.len) {
		if (off == end && i > 0)
			return true;
		if (i > 0 && range_within(off, log->vi->log_size, end) &&
		    read_entry(log, off, &e, NULL) == 0 && e.len == 0 && e.ts_nsec == 0)
			return true; /* where it goes on at the buffer's start */
		if (!is_exact(log, off, end, &e))
			return false;
	}
	return true;
}

static size_t leading_zeros(struct bytes b)
{
	size_t n = 0;

	/* A byte at a time is too slow for gibibytes of them. */
	if (b.size > 1 && b.data[0] == 0 && memcmp(b.data, b.data + 1, b.size - 1) == 0)
		return b.size;
	while (n < b.size && b.data[n] == 0)
		n++;
	return n;
}

/*
 * How far to go on from @off, where no chain begins: behind an unreadable place; or, as a log
 * that never was full is mostly zeros, by as many of those as no header can begin with.
 */
static uint64_t step(struct log *log, uint64_t off, uint64_t end)
{
	const uint64_t len = end - off < ZEROS_STEP ? end - off : ZEROS_STEP;
	uint64_t zeros = 0, next;
	struct bytes b;
	bool is_hole = window_view(&log->w, off, (size_t)len, &b, NULL) < 0;

	if (is_hole && b.size == 0)
		next = window_hole_end(&log->w, off);
	else {
		zeros = leading_zeros(b);
		next = off + (zeros > log->vi->log_size ? zeros - log->vi->log_size : 1);
	}
	return align_up(next, LOG_ALIGN_MIN, &next) ? next : end;
}

/* The first offset from @off on, @end at most, where records go on. */
static uint64_t find_chain(struct log *log, uint64_t off, uint64_t end)
{
	if (!align_up(off, LOG_ALIGN_MIN, &off))
		return end;
	while (off < end && !is_chain(log, off, end))
		off = step(log, off, end);
	return off < end ? off : end;
}

/* The text of a record whose own length is lost: all that there is, without the padding. */
static struct bytes without_padding(struct bytes text)
{
	while (text.size > 0 && text.data[text.size - 1] == '\0')
		text.size--;
	return text;
}

/* @is_text_len_good: else the text is what the record's length leaves room for. */
static int deliver(struct log *log, const struct entry *e, bool is_text_len_good, struct err *err)
{
	const uint64_t off = e->off + log->vi->log_size;
	const uint64_t len = is_text_len_good ? e->text_len : e->len - log->vi->log_size;
	struct record record = {
		.has_info = true,
		.ts_nsec = e->ts_nsec,
		.facility = e->facility,
		.level = e->level,
		.has_caller = log->vi->log_caller_id != VMCOREINFO_ABSENT,
		.caller_id = e->caller_id,
	};
	struct err text_err;
	int r = damage_mark(&log->damage, log->sink, err);

	if (r < 0)
		return r;
	if (len > 0 && window_view(&log->w, off, (size_t)len, &record.text, &text_err) < 0)
		damage_add_err(&log->damage, &text_err,
			       "text of the record at offset 0x%" PRIx64 " of the log", e->off);
	if (!is_text_len_good)
		record.text = without_padding(record.text);
	log->latest = e->ts_nsec;
	return log->sink->take(log->sink->ctx, &record, err);
}

/* ---- A part of the buffer ---- */

/* Note that a record is unreadable, and look for where it goes on. Return: the offset. */
static uint64_t go_around(struct log *log, uint64_t off, uint64_t end, const struct err *why)
{
	uint64_t next = find_chain(log, off + LOG_ALIGN_MIN, end);

	damage_add_err(&log->damage, why,
		       "records from offset 0x%" PRIx64 " to 0x%" PRIx64
		       " of the log at 0x%" PRIx64,
		       off, next, log->w.addr);
	return next;
}

/*
 * Is the header with length 0 at @off where records go on at the buffer's start? What is behind
 * that is left from before: records that are older than the last one, if any.
 */
static bool is_end_mark(struct log *log, uint64_t off, uint64_t end)
{
	uint64_t next = find_chain(log, off + LOG_ALIGN_MIN, end);
	struct entry e;

	return next == end || read_entry(log, next, &e, NULL) < 0 || e.ts_nsec < log->latest;
}

/*
 * Make up for a damaged length: the record ends where another one begins that its texts would
 * reach, or with the log.
 */
static bool repair_length(struct log *log, struct entry *e, uint64_t end)
{
	const uint64_t used = log->vi->log_size + e->text_len + e->dict_len;

	for (uint64_t align = LOG_ALIGN_MIN; align <= LOG_ALIGN_MAX; align *= 2) {
		uint64_t next;

		if (!align_up(e->off + used, align, &next) || next > end)
			continue;
		if (next == end || is_chain(log, next, end)) {
			e->len = next - e->off;
			return true;
		}
	}
	return false;
}

/* Is a record's length right, whatever else is wrong with it? */
static bool has_length(struct log *log, const struct entry *e, uint64_t end)
{
	if (e->len < log->vi->log_size || e->len > end - e->off)
		return false;
	return e->len == end - e->off || is_chain(log, e->off + e->len, end);
}

/* Deliver a damaged record if it is of any use. Return: 1, 0 if it is not, or -errno. */
static int salvage(struct log *log, struct entry *e, uint64_t end, const char *fault,
		   struct err *err)
{
	bool is_length_good = has_length(log, e, end);
	int r;

	if (!is_length_good && !repair_length(log, e, end))
		return 0;
	r = deliver(log, e, !is_length_good, err);
	damage_add(&log->damage, "record at offset 0x%" PRIx64 " of the log at 0x%" PRIx64 ": %s",
		   e->off, log->w.addr, fault);
	return r < 0 ? r : 1;
}

/* Read the record at @off. Return: 1 and *@ret_next; 0 at the end of this part; or -errno. */
static int walk_entry(struct log *log, uint64_t off, uint64_t end, bool wraps, uint64_t *ret_next,
		      struct err *err)
{
	struct err why = ERR_INIT;
	const char *fault;
	struct entry e;
	int r;

	if (!range_within(off, log->vi->log_size, end))
		err_set(&why, 0, "the last one is cut off");
	else if (read_entry(log, off, &e, &why) == 0) {
		if (e.len == 0 && wraps && is_end_mark(log, off, end))
			return 0;
		fault = find_fault(log, &e, end);
		if (!fault)
			r = deliver(log, &e, true, err);
		else
			r = salvage(log, &e, end, fault, err);
		*ret_next = off + e.len;
		if (r < 0 || !fault || r > 0)
			return r < 0 ? r : 1;
		err_set(&why, 0, "%s", fault);
	}
	*ret_next = go_around(log, off, end, &why);
	return 1;
}

/* Deliver the records in [@off, @end). @wraps: a header with length 0 ends them. */
static int walk(struct log *log, uint64_t off, uint64_t end, bool wraps, struct err *err)
{
	int r = 1;

	while (off < end && r > 0)
		r = walk_entry(log, off, end, wraps, &off, err);
	return r < 0 ? r : 0;
}

/* ---- The whole ---- */

/* Where the newest records end and the oldest begin: the first one older than its forerunner. */
static uint64_t find_oldest(struct log *log)
{
	uint64_t latest = 0, off = 0;
	struct entry e;

	while (off < log->size) {
		if (!is_exact(log, off, log->size, &e)) {
			off = find_chain(log, off + LOG_ALIGN_MIN, log->size);
			continue;
		}
		if (e.ts_nsec < latest)
			return off;
		latest = e.ts_nsec;
		off += e.len;
	}
	return 0;
}

/* Read a log whose indices are of no use. */
static int search(struct log *log, struct err *err)
{
	uint64_t oldest = find_oldest(log);
	int r = oldest > 0 ? walk(log, oldest, log->size, true, err) : 0;

	return r < 0 ? r : walk(log, 0, oldest > 0 ? oldest : log->size, true, err);
}

static int read_records(struct log *log, struct err *err)
{
	struct err index_err = ERR_INIT;
	uint64_t first = 0, next = 0;
	int r = core_read_uint(log->core, log->vi->log_first_idx, INDEX_WIDTH, &first, &index_err);

	if (r == 0)
		r = core_read_uint(log->core, log->vi->log_next_idx, INDEX_WIDTH, &next,
				   &index_err);
	if (r == 0 && (first >= log->size || next > log->size))
		r = err_set(&index_err, -EBADMSG,
			    "0x%" PRIx64 " and 0x%" PRIx64 " are not inside of 0x%" PRIx64 " bytes",
			    first, next, log->size);
	if (r < 0) {
		damage_add_err(&log->damage, &index_err, "log_first_idx and log_next_idx");
		return search(log, err);
	}
	if (first <= next)
		return walk(log, first, next, false, err);
	r = walk(log, first, log->size, true, err);
	return r < 0 ? r : walk(log, 0, next, false, err);
}

static int check_layout(const struct log *log, struct err *err)
{
	const struct vmcoreinfo *vi = log->vi;

	if (!range_within(vi->log_ts_nsec, TIME_WIDTH, vi->log_size) ||
	    !range_within(vi->log_len, LEN_WIDTH, vi->log_size) ||
	    !range_within(vi->log_text_len, LEN_WIDTH, vi->log_size))
		return err_set(err, -EBADMSG,
			       "SIZE(printk_log)=%" PRIu64 " is too small for its members",
			       vi->log_size);
	if (vi->log_size > HEADER_MAX)
		return err_set(err, -EBADMSG, "SIZE(printk_log)=%" PRIu64 " is no header's",
			       vi->log_size);
	return 0;
}

static int log_init(struct log *log, struct err *err)
{
	const struct vmcoreinfo *vi = &log->layout;
	uint64_t buf;
	int r = vmcoreinfo_need(log->vi, VMCOREINFO_RECORDS, log->core->word, &log->layout,
				&log->damage, err);

	log->vi = vi;
	if (r == 0)
		r = check_layout(log, err);
	if (r < 0)
		return r;
	r = core_read_uint(log->core, vi->log_buf, log->core->word, &buf, err);
	if (r < 0)
		return err_prefix(err, -EBADMSG, "its pointer log_buf");
	r = core_read_uint(log->core, vi->log_buf_len, INDEX_WIDTH, &log->size, err);
	if (r < 0)
		return err_prefix(err, -EBADMSG, "its log_buf_len");
	if (log->size < vi->log_size || log->size > UINT64_C(1) << LOG_SIZE_MAX_BITS)
		return err_set(err, -EBADMSG, "damaged: log_buf_len is 0x%" PRIx64, log->size);
	return window_init(&log->w, log->core, buf, log->size, LOG_WINDOW, err);
}

bool records_applies(const struct vmcoreinfo *info)
{
	return info->log_first_idx != VMCOREINFO_ABSENT;
}

int records_read(const struct core *core, const struct vmcoreinfo *info,
		 const struct record_sink *sink, struct err *err)
{
	_cleanup_(log_done) struct log log = { .core = core, .vi = info, .sink = sink };
	int r = log_init(&log, err);

	if (r == 0)
		r = read_records(&log, err);
	if (r == 0)
		r = damage_mark(&log.damage, sink, err);
	return r < 0 ? r : damage_result(&log.damage, err);
}
