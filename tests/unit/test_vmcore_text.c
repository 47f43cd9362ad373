/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The lines that are written, how they reach the descriptor, and how problems are counted. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "vmcore-dmesg/damage.h"
#include "vmcore-dmesg/text.h"

enum { BUFFER = 256 << 10 }; /* what a writer holds */

static void check_line(const struct record *record, const char *expected)
{
	_cleanup_close_ int fd = memfd_create("out", MFD_CLOEXEC);
	_cleanup_(writer_done) struct writer w = { .fd = -1 };
	struct text text = { .writer = &w };
	struct record_sink sink = text_sink(&text);
	struct err err = ERR_INIT;
	char got[256] = "";

	assert_int_equal(writer_init(&w, fd, &err), 0);
	assert_int_equal(sink.take(sink.ctx, record, &err), 0);
	assert_int_equal(writer_flush(&w, &err), 0);
	assert_true(pread(fd, got, sizeof(got) - 1, 0) >= 0);
	assert_string_equal(got, expected);
}

static void check_time(uint64_t nsec, const char *expected)
{
	struct record record = { .has_info = true, .ts_nsec = nsec };

	check_line(&record, expected);
}

static void test_times(_unused_ void **state)
{
	check_time(0, "[    0.000000] \n");
	check_time(999, "[    0.000000] \n");
	check_time(1000, "[    0.000001] \n");
	check_time(999999999, "[    0.999999] \n");
	check_time(1000000000, "[    1.000000] \n");
	check_time(UINT64_C(99999) * 1000000000, "[99999.000000] \n");
	check_time(UINT64_C(100000) * 1000000000, "[100000.000000] \n");
	check_time(UINT64_MAX, "[18446744073.709551] \n");
}

static void test_every_byte(_unused_ void **state)
{
	for (unsigned int c = 0; c < 256; c++) {
		uint8_t byte = (uint8_t)c;
		struct record record = { .has_info = true, .text = { &byte, 1 } };
		char expected[32];

		/* Those that the C locale calls printable or blank. */
		if ((c >= 32 && c < 127) || strchr("\t\n\v\f\r", (int)c ? (int)c : 'x'))
			snprintf(expected, sizeof(expected), "[    0.000000] %c\n", (int)c);
		else
			snprintf(expected, sizeof(expected), "[    0.000000] \\x%02x\n", c);
		check_line(&record, expected);
	}
}

static void test_no_info(_unused_ void **state)
{
	struct record record = { .ts_nsec = 77,
				 .text = { (const uint8_t *)"a\x01"
							    "b",
					   3 } };

	check_line(&record, "[    ?.??????] a\\x01b\n");
}

static void test_line(_unused_ void **state)
{
	struct record record = { .has_info = true,
				 .ts_nsec = 77,
				 .text = { (const uint8_t *)"a", 1 },
				 .line = { (const uint8_t *)"<6>[ 1.5] a\x01", 12 } };

	check_line(&record, "<6>[ 1.5] a\x01");
}

static void test_gap(_unused_ void **state)
{
	struct record record = { .kind = RECORD_GAP, .text = { (const uint8_t *)"why", 3 } };

	check_line(&record, "<<< vmcore-dmesg: why >>>\n");
}

static void test_writer_gathers(_unused_ void **state)
{
	_cleanup_close_ int fd = memfd_create("out", MFD_CLOEXEC);
	_cleanup_(writer_done) struct writer w = { .fd = -1 };
	_cleanup_free_ char *data = malloc(3 * BUFFER), *back = malloc(3 * BUFFER);
	struct err err = ERR_INIT;

	assert_non_null(data);
	assert_non_null(back);
	for (size_t i = 0; i < 3 * BUFFER; i++)
		data[i] = (char)(i * 31 + i / 251);
	assert_int_equal(writer_init(&w, fd, &err), 0);
	assert_int_equal(writer_put(&w, data, BUFFER - 1, &err), 0);
	assert_int_equal(lseek(fd, 0, SEEK_END), 0); /* nothing written yet */
	assert_int_equal(writer_put(&w, data + BUFFER - 1, 1, &err), 0);
	assert_int_equal(lseek(fd, 0, SEEK_END), BUFFER);
	assert_int_equal(writer_put(&w, data + BUFFER, 2 * BUFFER - 5, &err), 0);
	assert_int_equal(lseek(fd, 0, SEEK_END), 2 * BUFFER);
	assert_int_equal(writer_flush(&w, &err), 0);
	assert_int_equal(pread(fd, back, 3 * BUFFER, 0), 3 * BUFFER - 5);
	assert_memory_equal(back, data, 3 * BUFFER - 5);
	assert_int_equal(writer_flush(&w, &err), 0); /* nothing is written twice */
	assert_int_equal(lseek(fd, 0, SEEK_END), 3 * BUFFER - 5);
}

static void test_writer_keeps_failing(_unused_ void **state)
{
	_cleanup_close_ int fd = open("/dev/full", O_WRONLY | O_CLOEXEC);
	_cleanup_close_ int good = memfd_create("out", MFD_CLOEXEC);
	_cleanup_(writer_done) struct writer w = { .fd = -1 };
	struct err err = ERR_INIT;

	assert_int_equal(writer_init(&w, fd, &err), 0);
	assert_int_equal(writer_flush(&w, &err), 0); /* nothing to write */
	assert_int_equal(writer_put(&w, "x", 1, &err), 0);
	assert_int_equal(writer_flush(&w, &err), -ENOSPC);
	assert_string_equal(err.text, "cannot write the log: No space left on device");
	w.fd = good; /* what was lost is lost */
	assert_int_equal(writer_flush(&w, &err), -ENOSPC);
}

static void test_damage(_unused_ void **state)
{
	struct damage damage = { 0 };
	struct err err = ERR_INIT, cause = ERR_INIT;

	assert_int_equal(damage_result(&damage, &err), 0);
	err_set(&cause, -EIO, "the cause");
	damage_add_err(&damage, &cause, "record %d", 7);
	assert_int_equal(damage_result(&damage, &err), -EBADMSG);
	assert_string_equal(err.text, "record 7: the cause");
	damage_add(&damage, "another");
	assert_int_equal(damage_result(&damage, &err), -EBADMSG);
	assert_string_equal(err.text, "record 7: the cause (and 1 more problem)");
	damage_add(&damage, "a third");
	assert_int_equal(damage_result(&damage, &err), -EBADMSG);
	assert_string_equal(err.text, "record 7: the cause (and 2 more problems)");
}

/* The text of the last mark. */
static int take_mark(void *ctx, const struct record *record, _unused_ struct err *err)
{
	char *text = ctx;

	assert_int_equal(record->kind, RECORD_GAP);
	memcpy(text, record->text.data, record->text.size);
	text[record->text.size] = '\0';
	return 0;
}

static void test_marks(_unused_ void **state)
{
	char text[ERR_TEXT_MAX] = "";
	struct record_sink sink = { take_mark, text };
	struct damage damage = { 0 };
	struct err err = ERR_INIT;

	assert_int_equal(damage_mark(&damage, &sink, &err), 0);
	assert_string_equal(text, "");
	damage_add(&damage, "one");
	damage_add(&damage, "two");
	assert_int_equal(damage_mark(&damage, &sink, &err), 0);
	assert_string_equal(text, "one (and 1 more problem)");
	text[0] = '\0';
	assert_int_equal(damage_mark(&damage, &sink, &err), 0);
	assert_string_equal(text, "");
	damage_add(&damage, "three");
	assert_int_equal(damage_mark(&damage, &sink, &err), 0);
	assert_string_equal(text, "three");
	assert_int_equal(damage_result(&damage, &err), -EBADMSG);
	assert_string_equal(err.text, "one (and 2 more problems)");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_times),
		cmocka_unit_test(test_every_byte),
		cmocka_unit_test(test_no_info),
		cmocka_unit_test(test_writer_gathers),
		cmocka_unit_test(test_writer_keeps_failing),
		cmocka_unit_test(test_damage),
		cmocka_unit_test(test_marks),
		cmocka_unit_test(test_line),
		cmocka_unit_test(test_gap),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
