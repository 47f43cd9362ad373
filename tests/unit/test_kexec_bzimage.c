/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The setup header: what is read from it, and every way in which it may contradict itself. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>

#include "kexec/bzimage.h"
#include "kexec/loader.h"
#include "tests/unit/kexec_kernel.h"

static uint8_t kernel[KERNEL_SIZE];

static int setup(_unused_ void **state)
{
	kernel_make(kernel);
	return 0;
}

/* From a block of just that size, so that reading one byte further is seen. */
static int parse(size_t size, struct bzimage *ret, struct err *err)
{
	uint8_t *copy = malloc(size ? size : 1);
	int r;

	assert_non_null(copy);
	memcpy(copy, kernel, size);
	r = bzimage_parse((struct bytes){ copy, size }, ret, err);
	assert_int_equal(loader_bzimage64.probe((struct bytes){ copy, size }, NULL),
			 r == 0 && !bzimage_has_entry64(ret) ? PROBE_NOT_MINE : r);
	assert_int_equal(loader_bzimage.probe((struct bytes){ copy, size }, NULL),
			 r == 0 && bzimage_has_entry64(ret) ? PROBE_NOT_MINE : r);
	free(copy);
	return r;
}

static void assert_refused(size_t size, int error, const char *text)
{
	struct err err = ERR_INIT;
	struct bzimage bz;

	assert_int_equal(parse(size, &bz, &err), error);
	if (!strstr(err.text, text))
		print_message("# message: %s\n", err.text);
	assert_non_null(strstr(err.text, text));
}

static void test_fields(_unused_ void **state)
{
	struct bytes file = { kernel, sizeof(kernel) };
	struct bzimage bz;

	assert_int_equal(bzimage_parse(file, &bz, NULL), 0);
	assert_ptr_equal(bz.header.data, kernel + 0x1f1);
	assert_int_equal(bz.header.size, 0x202 + KERNEL_JUMP - 0x1f1);
	assert_ptr_equal(bz.setup.data, kernel);
	assert_int_equal(bz.setup.size, KERNEL_SETUP_SIZE);
	assert_ptr_equal(bz.payload.data, kernel + KERNEL_SETUP_SIZE);
	assert_int_equal(bz.payload.size, KERNEL_PAYLOAD_SIZE);
	assert_int_equal(bz.protocol, 0x20f);
	assert_int_equal(bz.xloadflags, 0x3f);
	assert_int_equal(bz.alignment, KERNEL_ALIGNMENT);
	assert_int_equal(bz.pref_address, KERNEL_PREF_ADDRESS);
	assert_int_equal(bz.init_size, KERNEL_INIT_SIZE);
	assert_int_equal(bz.cmdline_max, KERNEL_CMDLINE_MAX);
	assert_int_equal(bz.initrd_max, KERNEL_INITRD_MAX);
	assert_true(bz.relocatable);
	assert_true(bzimage_has_entry64(&bz));
	assert_int_equal(loader_bzimage64.cmdline_max(file), KERNEL_CMDLINE_MAX);
	assert_int_equal(loader_bzimage64.cmdline_max((struct bytes){ kernel, 100 }), 0);
}

/* Every length that a file can be cut to: never the kernel's, never read beyond. */
static void test_cut_short(_unused_ void **state)
{
	struct bzimage bz;

	for (size_t size = 0; size <= KERNEL_SIZE - 16; size++) {
		assert_int_equal(parse(size, &bz, NULL),
				 size < 0x206 ? BZIMAGE_NOT_MINE : -EBADMSG);
		if (size > KERNEL_SETUP_SIZE + 100 && size < KERNEL_SIZE - 300)
			size += 96;
	}
	assert_refused(0x230, -EBADMSG, "truncated in its header (560 bytes)");
	assert_refused(KERNEL_SIZE - 16, -EBADMSG, "truncated: it has 22544 bytes");
	assert_int_equal(parse(KERNEL_SIZE, &bz, NULL), 0);
}

/* The last unit of 16 bytes need not be full; what follows it is not the kernel's. */
static void test_payload_end(_unused_ void **state)
{
	struct bzimage bz;

	put_le(kernel + 0x1f4, 4, (KERNEL_PAYLOAD_SIZE + 15) / 16 + 1);
	assert_refused(KERNEL_SIZE, -EBADMSG, "its header promises");
	put_le(kernel + 0x1f4, 4, 1000);
	assert_int_equal(parse(KERNEL_SIZE, &bz, NULL), 0);
	assert_int_equal(bz.payload.size, 16000);
	assert_int_equal(parse(KERNEL_SETUP_SIZE + 16000 - 15, &bz, NULL), 0);
	assert_int_equal(bz.payload.size, 16000 - 15);
	assert_refused(KERNEL_SETUP_SIZE + 16000 - 16, -EBADMSG, "its header promises");
	put_le(kernel + 0x1f4, 4, 0);
	assert_refused(KERNEL_SIZE, -EBADMSG, "truncated");
	put_le(kernel + 0x1f4, 4, UINT32_MAX);
	assert_refused(KERNEL_SIZE, -EBADMSG, "its header promises 68719479280");
}

static void test_no_setup_sectors_means_four(_unused_ void **state)
{
	struct bzimage bz;

	kernel[0x1f1] = 0;
	assert_int_equal(parse(KERNEL_SIZE, &bz, NULL), 0);
	assert_int_equal(bz.payload.size, KERNEL_PAYLOAD_SIZE);
	kernel[0x1f1] = 255;
	assert_refused(KERNEL_SIZE, -EBADMSG, "truncated");
}

static void test_header_length(_unused_ void **state)
{
	struct bzimage bz;

	kernel[0x201] = 0x65; /* a byte less than protocol 2.12 has */
	assert_refused(KERNEL_SIZE, -EBADMSG, "truncated in its header");
	kernel[0x201] = 0x66;
	assert_int_equal(parse(KERNEL_SIZE, &bz, NULL), 0);
	assert_int_equal(bz.header.size, 0x268 - 0x1f1);
	kernel[0x201] = 0xff; /* no further than where the page goes on with other fields */
	assert_int_equal(parse(KERNEL_SIZE, &bz, NULL), 0);
	assert_int_equal(bz.header.size, 0x290 - 0x1f1);
}

static void test_not_mine(_unused_ void **state)
{
	struct bzimage bz;

	kernel[0x1fe] = 0;
	assert_int_equal(parse(KERNEL_SIZE, &bz, NULL), BZIMAGE_NOT_MINE);
	kernel_make(kernel);
	kernel[0x205] = 's';
	assert_int_equal(parse(KERNEL_SIZE, &bz, NULL), BZIMAGE_NOT_MINE);
}

static void test_cannot_be_booted(_unused_ void **state)
{
	struct bzimage bz;

	kernel[0x211] = 0x80;
	assert_refused(KERNEL_SIZE, -ENOTSUP, "is a zImage");
	kernel[0x211] = 0x81;
	assert_int_equal(parse(KERNEL_SIZE, &bz, NULL), 0);
	put_le(kernel + 0x206, 2, 0x1ff);
	assert_refused(KERNEL_SIZE, -EBADMSG, "it has boot protocol 1.255");
}

/* Which of the two loaders takes it is checked by parse(). */
static void test_entry64(_unused_ void **state)
{
	struct bzimage bz;

	for (unsigned int flags = 0; flags < 4; flags++) {
		put_le(kernel + 0x236, 2, flags);
		assert_int_equal(parse(KERNEL_SIZE, &bz, NULL), 0);
		assert_int_equal(bzimage_has_entry64(&bz), flags == 3);
	}
	/* Before 2.12 there were other things in the place of the flags. */
	put_le(kernel + 0x206, 2, 0x20b);
	assert_int_equal(parse(KERNEL_SIZE, &bz, NULL), 0);
	assert_int_equal(bz.xloadflags, 0);
	assert_false(bzimage_has_entry64(&bz));
}

/* What each protocol does not have yet is not read, and gets what boot.rst says instead. */
static void test_old_protocols(_unused_ void **state)
{
	static const struct {
		uint16_t protocol;
		uint16_t end; /* of the header */
		uint32_t initrd_max;
		bool relocatable;
		uint32_t cmdline_max;
		uint64_t pref_address;
	} old[] = {
		{ 0x200, 0x224, 0x37ffffff, false, 255, 0 },
		{ 0x201, 0x226, 0x37ffffff, false, 255, 0 },
		{ 0x202, 0x22c, 0x37ffffff, false, 255, 0 },
		{ 0x203, 0x230, KERNEL_INITRD_MAX, false, 255, 0 },
		{ 0x204, 0x230, KERNEL_INITRD_MAX, false, 255, 0 },
		{ 0x205, 0x235, KERNEL_INITRD_MAX, true, 255, 0 },
		{ 0x206, 0x23c, KERNEL_INITRD_MAX, true, KERNEL_CMDLINE_MAX, 0 },
		{ 0x207, 0x248, KERNEL_INITRD_MAX, true, KERNEL_CMDLINE_MAX, 0 },
		{ 0x208, 0x250, KERNEL_INITRD_MAX, true, KERNEL_CMDLINE_MAX, 0 },
		{ 0x209, 0x258, KERNEL_INITRD_MAX, true, KERNEL_CMDLINE_MAX, 0 },
		{ 0x20a, 0x264, KERNEL_INITRD_MAX, true, KERNEL_CMDLINE_MAX, KERNEL_PREF_ADDRESS },
		{ 0x20b, 0x268, KERNEL_INITRD_MAX, true, KERNEL_CMDLINE_MAX, KERNEL_PREF_ADDRESS },
	};

	for (size_t i = 0; i < ARRAY_SIZE(old); i++) {
		struct bzimage bz;

		kernel_make(kernel);
		kernel_make_old(kernel, old[i].protocol, old[i].end);
		assert_int_equal(parse(KERNEL_SIZE, &bz, NULL), 0);
		assert_int_equal(bz.protocol, old[i].protocol);
		assert_int_equal(bz.header.size, old[i].end - 0x1f1);
		assert_int_equal(bz.initrd_max, old[i].initrd_max);
		assert_int_equal(bz.relocatable, old[i].relocatable);
		assert_int_equal(bz.alignment, old[i].relocatable ? KERNEL_ALIGNMENT : 4096);
		assert_int_equal(bz.cmdline_max, old[i].cmdline_max);
		assert_int_equal(bz.pref_address, old[i].pref_address);
		assert_int_equal(bz.init_size, old[i].pref_address
						       ? KERNEL_INIT_SIZE
						       : 8 * KERNEL_PAYLOAD_SIZE + (32 << 20));
		assert_int_equal(bz.xloadflags, 0);
		kernel[0x201]--;
		assert_refused(KERNEL_SIZE, -EBADMSG, "truncated in its header");
	}
}

/* Before 2.04 its upper half was something else: all of the file is the kernel. */
static void test_old_payload_size(_unused_ void **state)
{
	struct bzimage bz;

	kernel_make_old(kernel, 0x203, 0x230);
	put_le(kernel + 0x1f4, 4, UINT32_MAX);
	assert_int_equal(parse(KERNEL_SIZE, &bz, NULL), 0);
	assert_int_equal(bz.payload.size, KERNEL_PAYLOAD_SIZE);
	assert_int_equal(parse(KERNEL_SETUP_SIZE, &bz, NULL), -EBADMSG);
	kernel_make_old(kernel, 0x204, 0x230);
	assert_refused(KERNEL_SIZE, -EBADMSG, "its header promises");
}

static void test_bad_numbers(_unused_ void **state)
{
	static const uint32_t bad[] = { 0, 3, 0x300000, 0x80000000, UINT32_MAX };
	struct bzimage bz;

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		put_le(kernel + 0x230, 4, bad[i]);
		assert_refused(KERNEL_SIZE, -EBADMSG, "is no power of two");
	}
	put_le(kernel + 0x230, 4, 0x40000000);
	assert_int_equal(parse(KERNEL_SIZE, &bz, NULL), 0);
	put_le(kernel + 0x260, 4, KERNEL_PAYLOAD_SIZE - 1);
	assert_refused(KERNEL_SIZE, -EBADMSG, "larger than its init_size (19999)");
	put_le(kernel + 0x260, 4, KERNEL_PAYLOAD_SIZE);
	assert_int_equal(parse(KERNEL_SIZE, &bz, NULL), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_fields, setup),
		cmocka_unit_test_setup(test_cut_short, setup),
		cmocka_unit_test_setup(test_payload_end, setup),
		cmocka_unit_test_setup(test_no_setup_sectors_means_four, setup),
		cmocka_unit_test_setup(test_header_length, setup),
		cmocka_unit_test_setup(test_not_mine, setup),
		cmocka_unit_test_setup(test_cannot_be_booted, setup),
		cmocka_unit_test_setup(test_entry64, setup),
		cmocka_unit_test_setup(test_old_protocols, setup),
		cmocka_unit_test_setup(test_old_payload_size, setup),
		cmocka_unit_test_setup(test_bad_numbers, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
