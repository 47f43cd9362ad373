/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the reader of printk rings delivers beyond what the standard output shows, and what it
 * does when it is told to stop. Rings as a whole are tested by tests/cores.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "vmcore-dmesg/prb.h"

enum {
	BASE = 0x1000, /* address of the ring's memory, all of which is one segment */
	RING = 0x10,   /* offsets in it */
	DESCS = 0x100,
	INFOS = 0x200,
	TEXT = 0x400,
	SIZE = 0x500,
	COUNT_BITS = 2,
	TEXT_BITS = 8,
};

/* A layout of our own: nothing is where kernels have it. */
static const struct vmcoreinfo vi = {
	.prb = BASE,
	.ring_size = 0x80,
	.ring_descs = 0x40,
	.ring_text = 0,
	.descs_count_bits = 4,
	.descs_descs = 8,
	.descs_infos = 16,
	.descs_head_id = 24,
	.descs_tail_id = 32,
	.text_size_bits = 8,
	.text_data = 16,
	.desc_size = 0x20,
	.desc_state_var = 0x10,
	.desc_text_lpos = 0,
	.lpos_begin = 0,
	.lpos_next = 8,
	.info_size = 0x30,
	.info_seq = 0x18,
	.info_ts_nsec = 0x20,
	.info_text_len = 4,
	.info_caller_id = 0x10,
	.atomic_counter = 0,
	.page_offset = VMCOREINFO_ABSENT,
	.phys_offset = VMCOREINFO_ABSENT,
};

struct memory {
	uint8_t bytes[SIZE];
	bool big_endian;
};

static void put(struct memory *m, size_t at, unsigned int width, uint64_t v)
{
	for (unsigned int i = 0; i < width; i++)
		m->bytes[at + i] = (uint8_t)(v >> 8 * (m->big_endian ? width - 1 - i : i));
}

static void put_ring(struct memory *m, uint64_t tail, uint64_t head)
{
	put(m, 0, 8, BASE + RING);
	put(m, RING + 0x44, 4, COUNT_BITS);
	put(m, RING + 0x48, 8, BASE + DESCS);
	put(m, RING + 0x50, 8, BASE + INFOS);
	put(m, RING + 0x58, 8, head);
	put(m, RING + 0x60, 8, tail);
	put(m, RING + 8, 4, TEXT_BITS);
	put(m, RING + 16, 8, BASE + TEXT);
}

/* A finalized record; its block of 16 bytes is in the slot of its id. */
static void put_record(struct memory *m, uint64_t id, const char *text)
{
	const uint64_t slot = id % (1 << COUNT_BITS);
	const size_t info = INFOS + slot * 0x30;

	put(m, DESCS + slot * 0x20 + 0x10, 8, id | UINT64_C(2) << 62);
	put(m, DESCS + slot * 0x20, 8, slot * 16);
	put(m, DESCS + slot * 0x20 + 8, 8, slot * 16 + 16);
	put(m, info + 0x18, 8, 1000 + id);
	put(m, info + 0x20, 8, id * 1000000000);
	put(m, info + 4, 2, strlen(text));
	put(m, info + 6, 1, 3); /* facility: daemon */
	/* flags:5 and level:3, as compilers lay them out; flags all set. */
	put(m, info + 7, 1, m->big_endian ? 0x1f << 3 | 4 : 4 << 5 | 0x1f);
	put(m, info + 0x10, 4, 0x80000002);
	put(m, TEXT + slot * 16, 8, id);
	memcpy(m->bytes + TEXT + slot * 16 + 8, text, strlen(text));
}

/* What a sink got. */
struct seen {
	struct record last;
	char text[64]; /* of all records, joined; "<>" for a mark */
	int count;
	int stop_at; /* count at which to fail; 0: never */
};

static int see(void *ctx, const struct record *record, struct err *err)
{
	struct seen *seen = ctx;

	if (record->kind == RECORD_GAP) {
		strcat(seen->text, "<>");
		return 0;
	}
	if (record->text.size > 0)
		strncat(seen->text, (const char *)record->text.data, record->text.size);
	seen->last = *record;
	if (++seen->count == seen->stop_at)
		return err_set(err, -EPIPE, "enough");
	return 0;
}

static int read_memory(const struct memory *m, const struct vmcoreinfo *info, struct seen *seen,
		       struct err *err)
{
	_cleanup_close_ int fd = memfd_create("core", MFD_CLOEXEC);
	struct core_segment segment = { BASE, BASE, 0, SIZE, SIZE };
	struct core core = {
		.fd = fd,
		.word = 8,
		.big_endian = m->big_endian,
		.loads = { &segment, 1, 1 },
	};
	struct record_sink sink = { see, seen };

	assert_int_equal(write(fd, m->bytes, SIZE), SIZE);
	return prb_read(&core, info, &sink, err);
}

static void check_members(bool big_endian)
{
	struct memory m = { .big_endian = big_endian };
	struct seen seen = { .count = 0 };
	struct err err = ERR_INIT;

	put_ring(&m, 7, 7);
	put_record(&m, 7, "text");
	assert_int_equal(read_memory(&m, &vi, &seen, &err), 0);
	assert_int_equal(seen.count, 1);
	assert_string_equal(seen.text, "text");
	assert_true(seen.last.has_info);
	assert_int_equal(seen.last.seq, 1007);
	assert_int_equal(seen.last.ts_nsec, UINT64_C(7000000000));
	assert_int_equal(seen.last.facility, 3);
	assert_int_equal(seen.last.level, 4);
	assert_int_equal(seen.last.caller_id, 0x80000002);
}

static void test_members(_unused_ void **state)
{
	check_members(false);
	check_members(true);
}

static void test_unknown_members(_unused_ void **state)
{
	struct vmcoreinfo less = vi;
	struct memory m = { .big_endian = false };
	struct seen seen = { .count = 0 };
	struct err err = ERR_INIT;

	less.info_seq = VMCOREINFO_ABSENT;
	less.info_caller_id = VMCOREINFO_ABSENT;
	put_ring(&m, 7, 7);
	put_record(&m, 7, "text");
	assert_int_equal(read_memory(&m, &less, &seen, &err), 0);
	assert_int_equal(seen.count, 1);
	assert_int_equal(seen.last.seq, 0);
	assert_int_equal(seen.last.caller_id, 0);
	assert_int_equal(seen.last.level, 4);
}

static void test_order(_unused_ void **state)
{
	struct memory m = { .big_endian = false };
	struct seen seen = { .count = 0 };
	struct err err = ERR_INIT;

	put_ring(&m, 6, 9);
	put_record(&m, 6, "a");
	put_record(&m, 7, "b");
	put_record(&m, 8, "c");
	put_record(&m, 9, "d");
	assert_int_equal(read_memory(&m, &vi, &seen, &err), 0);
	assert_string_equal(seen.text, "abcd");
	/* The same order where tail and head are of no use. */
	put_ring(&m, 0, 99);
	seen = (struct seen){ .count = 0 };
	assert_int_equal(read_memory(&m, &vi, &seen, &err), -EBADMSG);
	assert_string_equal(seen.text, "<>abcd");
	assert_non_null(strstr(err.text, "tail 0x0 and head 0x63"));
}

/* One mark for all problems between records that have none, where they are. */
static void test_marks(_unused_ void **state)
{
	struct memory m = { .big_endian = false };
	struct seen seen = { .count = 0 };
	struct err err = ERR_INIT;

	put_ring(&m, 6, 9);
	put_record(&m, 6, "a");
	put_record(&m, 7, "b");
	put_record(&m, 8, "c");
	put_record(&m, 9, "d");
	put(&m, TEXT + 7 % 4 * 16, 8, 99); /* the block of another record */
	put(&m, DESCS + 8 % 4 * 0x20 + 8, 8, 1);
	assert_int_equal(read_memory(&m, &vi, &seen, &err), -EBADMSG);
	assert_string_equal(seen.text, "ab<>d");
	assert_non_null(strstr(err.text, "id 0x7: its text block belongs to another one"));
	assert_non_null(strstr(err.text, "(and 1 more problem)"));
	put_record(&m, 7, "b");
	put_record(&m, 8, "c");
	put(&m, TEXT + 9 % 4 * 16, 8, 99);
	seen = (struct seen){ .count = 0 };
	assert_int_equal(read_memory(&m, &vi, &seen, &err), -EBADMSG);
	assert_string_equal(seen.text, "abcd<>");
}

static void test_stop(_unused_ void **state)
{
	struct memory m = { .big_endian = false };
	struct seen seen = { .stop_at = 2 };
	struct err err = ERR_INIT;

	put_ring(&m, 6, 8);
	put_record(&m, 6, "a");
	put_record(&m, 7, "b");
	put_record(&m, 8, "c");
	assert_int_equal(read_memory(&m, &vi, &seen, &err), -EPIPE);
	assert_string_equal(err.text, "enough");
	assert_int_equal(seen.count, 2);
	put_ring(&m, 0, 99); /* in the search, too */
	seen = (struct seen){ .stop_at = 2 };
	assert_int_equal(read_memory(&m, &vi, &seen, &err), -EPIPE);
	assert_int_equal(seen.count, 2);
}

static void test_applies(_unused_ void **state)
{
	struct vmcoreinfo without = vi;

	assert_true(prb_applies(&vi));
	without.prb = VMCOREINFO_ABSENT;
	assert_false(prb_applies(&without));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_members), cmocka_unit_test(test_unknown_members),
		cmocka_unit_test(test_order),   cmocka_unit_test(test_stop),
		cmocka_unit_test(test_applies), cmocka_unit_test(test_marks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
