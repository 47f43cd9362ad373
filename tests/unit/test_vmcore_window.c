/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "vmcore-dmesg/window.h"

enum { BASE = 0x10000, SIZE = 1000 };

/* Memory at BASE, byte i being i * 7; a hole from 500 to 520; the file ends at 900. */
static struct core_segment segments[] = {
	{ BASE, BASE, 0, 500, 500 },
	{ BASE + 520, BASE + 520, 520, SIZE - 520, SIZE - 520 },
};
static struct core core = { .word = 8, .loads = { segments, ARRAY_SIZE(segments), 0 } };

static int make_core(_unused_ void **state)
{
	uint8_t data[900];

	for (size_t i = 0; i < sizeof(data); i++)
		data[i] = (uint8_t)(i * 7);
	core.fd = memfd_create("core", MFD_CLOEXEC);
	return write(core.fd, data, sizeof(data)) == (ssize_t)sizeof(data) ? 0 : -1;
}

static int end_core(_unused_ void **state)
{
	return close(core.fd);
}

static void good(struct window *w, uint64_t off, size_t len)
{
	struct err err = ERR_INIT;
	struct bytes b;

	assert_int_equal(window_view(w, off, len, &b, &err), 0);
	assert_int_equal(b.size, len);
	for (size_t i = 0; i < len; i++)
		assert_int_equal(b.data[i], (uint8_t)((off + i) * 7));
}

/* Only the first @expected bytes are readable. */
static void partial(struct window *w, uint64_t off, size_t len, size_t expected, const char *text)
{
	struct err err = ERR_INIT;
	struct bytes b;

	assert_int_equal(window_view(w, off, len, &b, &err), -ENODATA);
	assert_int_equal(b.size, expected);
	for (size_t i = 0; i < expected; i++)
		assert_int_equal(b.data[i], (uint8_t)((off + i) * 7));
	assert_non_null(strstr(err.text, text));
}

/* The same looks, whatever part of the range is held at a time. */
static void look_around(size_t capacity)
{
	_cleanup_(window_done) struct window w = { NULL };
	struct err err = ERR_INIT;

	assert_int_equal(window_init(&w, &core, BASE, SIZE, capacity, &err), 0);
	for (uint64_t off = 0; off + 16 <= 500; off += 16)
		good(&w, off, 16);
	for (uint64_t off = 884; off >= 520; off -= 16)
		good(&w, off, 16);
	partial(&w, 490, 16, 10, "0x101f4: no program header covers it");
	partial(&w, 500, 16, 0, "no program header covers it");
	partial(&w, 519, 16, 0, "no program header covers it");
	good(&w, 484, 16);
	good(&w, 520, 16);
	partial(&w, 890, 20, 10, "");
	partial(&w, SIZE - 1, 1, 0, "");
	good(&w, 0, 0);
	good(&w, 3, 1);
}

static void test_capacities(_unused_ void **state)
{
	look_around(SIZE);
	look_around(SIZE * 2);
	look_around(SIZE - 1);
	look_around(64);
	look_around(20);
}

/* To and fro, as only damage makes one go: it ends with the whole range held. */
static void test_growth(_unused_ void **state)
{
	_cleanup_(window_done) struct window w = { NULL };
	struct err err = ERR_INIT;

	assert_int_equal(window_init(&w, &core, BASE, SIZE, 16, &err), 0);
	for (uint64_t off = 0; off + 16 <= 500; off++)
		good(&w, off, 16);
	assert_in_range(w.capacity, 16, 32); /* once is not to and fro */
	for (int i = 0; i < 2000; i++) {
		good(&w, 0, 16);
		good(&w, 800, 16);
	}
	assert_int_equal(w.capacity, SIZE);
	assert_in_range(w.moves, 0, 1);
}

static void test_outside(_unused_ void **state)
{
	_cleanup_(window_done) struct window w = { NULL };
	struct err err = ERR_INIT;
	struct bytes b;

	assert_int_equal(window_init(&w, &core, BASE, 100, 64, &err), 0);
	good(&w, 36, 64);
	assert_int_equal(window_view(&w, 37, 64, &b, &err), -EBADMSG);
	assert_int_equal(b.size, 0);
	assert_int_equal(window_view(&w, UINT64_MAX, 2, &b, &err), -EBADMSG);
	assert_int_equal(window_view(&w, 0, 65, &b, &err), -EBADMSG); /* more than it holds */
	assert_int_equal(window_view(&w, 101, 0, &b, NULL), -EBADMSG);
}

static void test_range(_unused_ void **state)
{
	_cleanup_(window_done) struct window last = { NULL }, wraps = { NULL }, none = { NULL };
	struct err err = ERR_INIT;
	struct bytes b;

	assert_int_equal(window_init(&last, &core, UINT64_MAX - 7, 8, 8, &err), 0);
	assert_int_equal(window_view(&last, 0, 8, &b, &err), -ENODATA);
	assert_int_equal(window_init(&wraps, &core, UINT64_MAX - 7, 9, 8, &err), -EBADMSG);
	assert_int_equal(window_init(&none, &core, 0, 0, 8, &err), 0);
	assert_int_equal(window_view(&none, 0, 1, &b, &err), -EBADMSG);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_capacities),
		cmocka_unit_test(test_growth),
		cmocka_unit_test(test_outside),
		cmocka_unit_test(test_range),
	};

	return cmocka_run_group_tests(tests, make_core, end_core);
}
