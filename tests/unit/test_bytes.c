/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "lib/bytes.h"

static const uint8_t data[] = { 1, 2, 3, 4, 5, 6, 7, 8, 9 };
static const struct bytes nine = { data, sizeof(data) };
static const struct bytes none = { NULL, 0 };

static void test_range_within(_unused_ void **state)
{
	assert_true(range_within(0, 0, 0));
	assert_true(range_within(0, 9, 9));
	assert_true(range_within(9, 0, 9));
	assert_false(range_within(0, 10, 9));
	assert_false(range_within(9, 1, 9));
	assert_false(range_within(10, 0, 9));
	/* A sum would overflow. */
	assert_false(range_within(2, UINT64_MAX, 9));
	assert_false(range_within(UINT64_MAX, 2, 9));
	assert_true(range_within(UINT64_MAX, 0, UINT64_MAX));
}

static void test_arithmetic(_unused_ void **state)
{
	uint64_t sum;
	size_t product;

	assert_true(u64_add(UINT64_MAX - 1, 1, &sum));
	assert_int_equal(sum, UINT64_MAX);
	assert_false(u64_add(UINT64_MAX, 1, &sum));
	assert_true(size_mul(SIZE_MAX / 2, 2, &product));
	assert_int_equal(product, SIZE_MAX - 1);
	assert_false(size_mul(SIZE_MAX / 2 + 1, 2, &product));
}

static void test_align(_unused_ void **state)
{
	uint64_t up;

	assert_int_equal(align_down(0x1fff, 0x1000), 0x1000);
	assert_int_equal(align_down(0x1000, 0x1000), 0x1000);
	assert_true(align_up(0x1001, 0x1000, &up));
	assert_int_equal(up, 0x2000);
	assert_true(align_up(0x1000, 0x1000, &up));
	assert_int_equal(up, 0x1000);
	assert_true(align_up(0, 0x1000, &up));
	assert_int_equal(up, 0);
	assert_true(align_up(UINT64_MAX - 0xfff, 0x1000, &up));
	assert_int_equal(up, UINT64_MAX - 0xfff);
	assert_false(align_up(UINT64_MAX - 0xffe, 0x1000, &up));
}

static void test_slice(_unused_ void **state)
{
	struct bytes part = { data, 77 };

	assert_true(bytes_slice(nine, 3, 6, &part));
	assert_ptr_equal(part.data, data + 3);
	assert_int_equal(part.size, 6);
	assert_false(bytes_slice(nine, 3, 7, &part));
	assert_int_equal(part.size, 6); /* untouched */
	assert_true(bytes_slice(nine, 9, 0, &part));
	assert_int_equal(part.size, 0);
	assert_false(bytes_slice(nine, UINT64_MAX, 1, &part));
}

static void test_has(_unused_ void **state)
{
	assert_true(bytes_has(nine, 7, "\x08\x09", 2));
	assert_false(bytes_has(nine, 8, "\x09", 2)); /* its NUL would lie outside */
	assert_false(bytes_has(nine, 7, "\x08\x0a", 2));
	assert_false(bytes_has(none, 0, "x", 1));
}

/* An empty file's bytes are at NULL, to which nothing may be added, not even 0. */
static void test_nothing_of_nothing(_unused_ void **state)
{
	struct bytes part = { data, 77 };

	assert_true(bytes_slice(none, 0, 0, &part));
	assert_int_equal(part.size, 0);
	assert_true(bytes_has(none, 0, "", 0));
}

static void test_uint(_unused_ void **state)
{
	uint64_t v = 77;

	assert_true(bytes_uint(nine, 0, 1, false, &v));
	assert_int_equal(v, 1);
	assert_true(bytes_uint(nine, 1, 3, false, &v));
	assert_int_equal(v, 0x040302);
	assert_true(bytes_uint(nine, 1, 3, true, &v));
	assert_int_equal(v, 0x020304);
	assert_true(bytes_uint(nine, 1, 8, false, &v));
	assert_int_equal(v, 0x0908070605040302);
	assert_true(bytes_uint(nine, 1, 8, true, &v));
	assert_int_equal(v, 0x0203040506070809);
	assert_false(bytes_uint(nine, 2, 8, true, &v));
	assert_false(bytes_uint(nine, 0, 0, true, &v));
	assert_false(bytes_uint(nine, 0, 9, true, &v));
	assert_false(bytes_uint(nine, UINT64_MAX, 2, true, &v));
	assert_int_equal(v, 0x0203040506070809); /* untouched */
}

static void test_little_endian(_unused_ void **state)
{
	uint16_t v16;
	uint32_t v32;
	uint64_t v64;

	assert_true(bytes_le16(nine, 7, &v16));
	assert_int_equal(v16, 0x0908);
	assert_false(bytes_le16(nine, 8, &v16));
	assert_true(bytes_le32(nine, 5, &v32));
	assert_int_equal(v32, 0x09080706);
	assert_false(bytes_le32(nine, 6, &v32));
	assert_true(bytes_le64(nine, 1, &v64));
	assert_int_equal(v64, 0x0908070605040302);
	assert_false(bytes_le64(nine, 2, &v64));
}

static void test_put(_unused_ void **state)
{
	uint8_t out[4] = { 0xaa, 0xaa, 0xaa, 0xaa };

	put_le(out, 3, 0x01020304);
	assert_memory_equal(out, "\x04\x03\x02\xaa", 4);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_range_within), cmocka_unit_test(test_arithmetic),
		cmocka_unit_test(test_align),        cmocka_unit_test(test_slice),
		cmocka_unit_test(test_has),          cmocka_unit_test(test_nothing_of_nothing),
		cmocka_unit_test(test_uint),         cmocka_unit_test(test_little_endian),
		cmocka_unit_test(test_put),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
