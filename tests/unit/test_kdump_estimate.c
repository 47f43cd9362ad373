/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a kernel's header says of the memory that it needs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>
#include <zlib.h>

#include "lib/attrs.h"

#include "kdump/estimate.h"

enum { SIZE = 0x1000 };

static uint8_t kernel[SIZE];

static uint64_t estimate(size_t size)
{
	return estimate_kernel((struct bytes){ .data = kernel, .size = size });
}

static int clear(_unused_ void **state)
{
	memset(kernel, 0, sizeof(kernel));
	return 0;
}

static void test_bzimage(_unused_ void **state)
{
	memcpy(kernel + 0x202, "HdrS\x0a\x02", 6);
	put_le(kernel + 0x260, 4, 0x3380000);
	assert_int_equal(estimate(SIZE), 0x3380000);
	kernel[0x206] = 9; /* a version without the field */
	assert_int_equal(estimate(SIZE), SIZE * 4);
	kernel[0x206] = 10;
	assert_int_equal(estimate(0x262), 0x262 * 4);
}

static void test_image(_unused_ void **state)
{
	put_le(kernel + 16, 8, 0x2a00000);
	memcpy(kernel + 56, "ARM\x64", 4);
	assert_int_equal(estimate(SIZE), 0x2a00000);
	memcpy(kernel + 56, "RSC\x05", 4);
	assert_int_equal(estimate(SIZE), 0x2a00000);
	put_le(kernel + 16, 8, UINT64_MAX); /* nobody has so much */
	assert_int_equal(estimate(SIZE), SIZE * 4);
}

static void test_compressed(_unused_ void **state)
{
	uint8_t packed[SIZE];
	z_stream z = { .next_in = kernel, .avail_in = SIZE, .next_out = packed, .avail_out = SIZE };

	put_le(kernel + 16, 8, 0x2a00000);
	memcpy(kernel + 56, "ARM\x64", 4);
	assert_int_equal(deflateInit2(&z, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
	assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
	assert_int_equal(estimate_kernel((struct bytes){ .data = packed, .size = z.total_out }),
			 0x2a00000);
	assert_int_equal(deflateEnd(&z), Z_OK);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_bzimage, clear),
		cmocka_unit_test_setup(test_image, clear),
		cmocka_unit_test_setup(test_compressed, clear),
	};

	return cmocka_run_group_tests_name("kdump/estimate", tests, NULL, NULL);
}
