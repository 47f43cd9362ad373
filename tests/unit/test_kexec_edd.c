/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The BIOS's disks: from the running kernel's zero page, from sysfs, and into the next page. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "lib/bytes.h"
#include "kexec/edd.h"
#include "tests/unit/tree.h"

struct fixture {
	struct tree tree;
	struct edd edd;
	uint8_t running[4096];
	uint8_t page[4096];
};

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	assert_non_null(f);
	tree_make(&f->tree);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	tree_remove(&f->tree);
	free(f);
	return 0;
}

static void put(struct fixture *f, unsigned int disk, const char *name, const void *data,
		size_t size)
{
	char path[96];

	snprintf(path, sizeof(path), "/sys/firmware/edd/int13_dev%02x/%s", disk, name);
	tree_put(&f->tree, path, data, size);
}

static void put_text(struct fixture *f, unsigned int disk, const char *name, const char *text)
{
	put(f, disk, name, text, strlen(text));
}

/* Two disks with all that there is, and a third of which only the signature is known. */
static void put_disks(struct fixture *f)
{
	uint8_t raw[74];

	for (unsigned int i = 0; i < sizeof(raw); i++)
		raw[i] = (uint8_t)(i + 1);
	put(f, 0x80, "raw_data", raw, sizeof(raw));
	put_text(f, 0x80, "version", "0x30\n");
	put_text(f, 0x80, "extensions", "Fixed disk access\nEnhanced Disk Drive support\n");
	put_text(f, 0x80, "legacy_max_cylinder", "1022\n");
	put_text(f, 0x80, "legacy_max_head", "15\n");
	put_text(f, 0x80, "legacy_sectors_per_track", "63\n");
	put_text(f, 0x80, "mbr_signature", "0xdeadbeef\n");
	put(f, 0x81, "raw_data", raw, 30);
	put_text(f, 0x81, "version", "0x21\n");
	put_text(f, 0x81, "mbr_signature", "0x00000000\n");
	put_text(f, 0x82, "mbr_signature", "0x12345678\n");
}

static void test_from_sysfs(void **state)
{
	/* device, version, abilities, cylinders, heads, sectors: struct edd_info */
	static const uint8_t first[] = { 0x80, 0x30, 5, 0, 0xfe, 3, 15, 63, 1, 2, 3 };
	static const uint8_t second[] = { 0x81, 0x21, 0, 0, 0, 0, 0, 0, 1, 2, 3 };
	static const uint8_t signatures[16] = { 0xef, 0xbe, 0xad, 0xde, 0,    0,
						0,    0,    0x78, 0x56, 0x34, 0x12 };
	struct fixture *f = *state;

	put_disks(f);
	assert_int_equal(edd_read(&f->tree.root, NULL, &f->edd, NULL), 0);
	edd_put(&f->edd, f->page);
	assert_int_equal(f->page[0x1e9], 2);
	assert_int_equal(f->page[0x1ea], 3);
	assert_memory_equal(f->page + 0xd00, first, sizeof(first));
	assert_int_equal(f->page[0xd00 + 81], 74);
	assert_memory_equal(f->page + 0xd00 + 82, second, sizeof(second));
	assert_int_equal(f->page[0xd00 + 82 + 8 + 29], 30);
	assert_int_equal(f->page[0xd00 + 82 + 8 + 30], 0);
	assert_memory_equal(f->page + 0x290, signatures, sizeof(signatures));
}

/* A zero page that has them is complete; one that has none says nothing of sysfs. */
static void test_from_boot_params(void **state)
{
	struct fixture *f = *state;

	put_disks(f);
	assert_int_equal(edd_read(&f->tree.root, f->running, &f->edd, NULL), 0);
	assert_int_equal(f->edd.disk_count, 2);
	f->edd = (struct edd){ .disk_count = 0 };
	for (size_t i = 0; i < sizeof(f->running); i++)
		f->running[i] = (uint8_t)(i * 7);
	f->running[0x1e9] = 6;
	f->running[0x1ea] = 16;
	assert_int_equal(edd_read(&f->tree.root, f->running, &f->edd, NULL), 0);
	edd_put(&f->edd, f->page);
	assert_memory_equal(f->page + 0xd00, f->running + 0xd00, 6 * 82);
	assert_memory_equal(f->page + 0x290, f->running + 0x290, 16 * 4);
	assert_int_equal(f->page[0x1e9], 6);
	assert_int_equal(f->page[0x1ea], 16);
	assert_int_equal(f->page[0xd00 + 6 * 82], 0);
	assert_int_equal(f->page[0x2d0], 0);
}

static void test_absurd_counts(void **state)
{
	struct fixture *f = *state;

	f->running[0x1e9] = 0xff;
	f->running[0x1ea] = 0xff;
	assert_int_equal(edd_read(&f->tree.root, f->running, &f->edd, NULL), 0);
	edd_put(&f->edd, f->page);
	assert_int_equal(f->page[0x1e9], 6);
	assert_int_equal(f->page[0x1ea], 16);
}

static void test_none(void **state)
{
	static const uint8_t nothing[4096];
	struct fixture *f = *state;

	assert_int_equal(edd_read(&f->tree.root, NULL, &f->edd, NULL), 0);
	edd_put(&f->edd, f->page);
	assert_memory_equal(f->page, nothing, sizeof(nothing));
}

static void test_damaged(void **state)
{
	struct fixture *f = *state;
	struct err err = ERR_INIT;

	put_disks(f);
	put_text(f, 0x80, "legacy_max_head", "many\n");
	assert_int_not_equal(edd_read(&f->tree.root, NULL, &f->edd, &err), 0);
	assert_non_null(strstr(err.text, "int13_dev80/legacy_max_head"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_from_sysfs), TEST(test_from_boot_params), TEST(test_absurd_counts),
		TEST(test_none),       TEST(test_damaged),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
