/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the readers of the logs before Linux 5.10 deliver beyond what the standard output shows,
 * and which reader is chosen. Logs as a whole are tested by tests/cores.
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

#include "vmcore-dmesg/log.h"

enum {
	BASE = 0x1000, /* address of the memory, all of which is one segment */
	BUF = 0x40,    /* offset of the buffer in it */
	BUF_SIZE = 0x40,
	SIZE = BUF + BUF_SIZE,
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

/* What a sink got. */
struct seen {
	struct record records[4];
	char texts[4][32];
	size_t count;
};

static int see(void *ctx, const struct record *record, _unused_ struct err *err)
{
	struct seen *seen = ctx;

	assert_in_range(seen->count, 0, 3);
	assert_in_range(record->text.size, 0, 31);
	if (record->text.size > 0)
		memcpy(seen->texts[seen->count], record->text.data, record->text.size);
	seen->records[seen->count++] = *record;
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
	return log_read(&core, info, &sink, err);
}

/* Variables: log_buf, log_buf_len, and two more. */
static void make_info(struct vmcoreinfo *info, struct memory *m, uint64_t a, uint64_t b)
{
	char nothing[] = "";

	vmcoreinfo_parse(nothing, 0, info);
	info->log_buf = BASE;
	info->log_buf_len = BASE + 8;
	put(m, 0, 8, BASE + BUF);
	put(m, 8, 4, BUF_SIZE);
	put(m, 12, 4, a);
	put(m, 16, 4, b);
}

/* A record as Linux 5.1 has it, of @bits behind the facility. */
static void check_record(bool big_endian, uint8_t facility, uint8_t bits, uint8_t want_facility,
			 uint8_t want_level)
{
	struct memory m = { .big_endian = big_endian };
	struct seen seen = { .count = 0 };
	struct err err = ERR_INIT;
	struct vmcoreinfo info;

	make_info(&info, &m, 0, 0x20);
	info.log_first_idx = BASE + 12;
	info.log_next_idx = BASE + 16;
	info.log_size = 24;
	info.log_ts_nsec = 0;
	info.log_len = 8;
	info.log_text_len = 10;
	info.log_caller_id = 16;
	put(&m, BUF, 8, 7000000001);
	put(&m, BUF + 8, 2, 0x20);
	put(&m, BUF + 10, 2, 4);
	put(&m, BUF + 14, 1, facility);
	put(&m, BUF + 15, 1, bits);
	put(&m, BUF + 16, 4, 0x80000002);
	memcpy(m.bytes + BUF + 24, "text", 4);
	assert_int_equal(read_memory(&m, &info, &seen, &err), 0);
	assert_int_equal(seen.count, 1);
	assert_string_equal(seen.texts[0], "text");
	assert_true(seen.records[0].has_info);
	assert_int_equal(seen.records[0].ts_nsec, 7000000001);
	assert_int_equal(seen.records[0].caller_id, 0x80000002);
	assert_int_equal(seen.records[0].facility, want_facility);
	assert_int_equal(seen.records[0].level, want_level);
	assert_int_equal(seen.records[0].line.size, 0);
}

static void test_records(_unused_ void **state)
{
	/* Bit fields flags:5 and level:3, as compilers lay them out. */
	check_record(false, 3, 4 << 5 | 0x1f, 3, 4);
	check_record(true, 3, 0x1f << 3 | 4, 3, 4);
	/* Linux 3.5: one number of 16 bits. */
	check_record(false, 3 << 3 | 4, 0, 3, 4);
	check_record(true, 0, 3 << 3 | 4, 0, 4);
}

static void test_lines(_unused_ void **state)
{
	static const char text[] = "<30>[    1.000002] a\nmore\n<4>[x] b\n";
	struct memory m = { .big_endian = false };
	struct seen seen = { .count = 0 };
	struct err err = ERR_INIT;
	struct vmcoreinfo info;

	make_info(&info, &m, sizeof(text) - 1, 0);
	info.log_end = BASE + 12;
	memcpy(m.bytes + BUF, text, sizeof(text) - 1);
	assert_int_equal(read_memory(&m, &info, &seen, &err), 0);
	assert_int_equal(seen.count, 3);
	assert_string_equal(seen.texts[0], "a");
	assert_true(seen.records[0].has_info);
	assert_int_equal(seen.records[0].ts_nsec, 1000002000);
	assert_int_equal(seen.records[0].facility, 3);
	assert_int_equal(seen.records[0].level, 6);
	assert_int_equal(seen.records[0].line.size, 21);
	/* It goes on with the level of the line before. */
	assert_string_equal(seen.texts[1], "more");
	assert_false(seen.records[1].has_info);
	assert_int_equal(seen.records[1].level, 6);
	assert_string_equal(seen.texts[2], "[x] b");
	assert_false(seen.records[2].has_info);
	assert_int_equal(seen.records[2].facility, 0);
	assert_int_equal(seen.records[2].level, 4);
}

static void test_choice(_unused_ void **state)
{
	struct memory m = { .big_endian = false };
	struct seen seen = { .count = 0 };
	struct err err = ERR_INIT;
	struct vmcoreinfo info;

	make_info(&info, &m, 0, 0);
	info.log_end = BASE + 12;
	assert_int_equal(read_memory(&m, &info, &seen, &err), -EBADMSG);
	assert_string_equal(err.text, "log of lines: it is empty: no kernel's is");
	info.log_first_idx = BASE;
	assert_int_equal(read_memory(&m, &info, &seen, &err), -ENODATA);
	assert_non_null(strstr(err.text, "log of records: its VMCOREINFO note has no usable"));
	info.prb = BASE;
	assert_int_equal(read_memory(&m, &info, &seen, &err), -ENODATA);
	assert_non_null(strstr(err.text, "printk ring buffer: its VMCOREINFO note has no usable"));
	info.prb = info.log_first_idx = info.log_buf = VMCOREINFO_ABSENT;
	assert_int_equal(read_memory(&m, &info, &seen, &err), -ENODATA);
	assert_non_null(strstr(err.text, "Missing the log_buf symbol"));
	assert_int_equal(seen.count, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_records),
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_choice),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
