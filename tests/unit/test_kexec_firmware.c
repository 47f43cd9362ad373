/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What firmware told the running kernel: memory, boot_params, EFI; whole and in part. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>

#include "kexec/firmware.h"
#include "tests/unit/kexec_map.h"
#include "tests/unit/tree.h"

struct fixture {
	struct tree tree;
	struct iomem iomem;
	struct firmware firmware;
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

	iomem_done(&f->iomem);
	firmware_done(&f->firmware);
	tree_remove(&f->tree);
	free(f);
	return 0;
}

static int read_it(struct fixture *f, struct err *err)
{
	return firmware_read(&f->tree.root, &f->iomem, false, &f->firmware, err);
}

static void put_memmap(struct fixture *f, unsigned int number, const char *start, const char *end,
		       const char *type)
{
	char path[64];

	snprintf(path, sizeof(path), "/sys/firmware/memmap/%u/start", number);
	tree_text(&f->tree, path, start);
	snprintf(path, sizeof(path), "/sys/firmware/memmap/%u/end", number);
	tree_text(&f->tree, path, end);
	snprintf(path, sizeof(path), "/sys/firmware/memmap/%u/type", number);
	tree_text(&f->tree, path, type);
}

static void test_memmap(void **state)
{
	struct fixture *f = *state;

	put_memmap(f, 0, "0x0\n", "0x9fbff\n", "System RAM\n");
	put_memmap(f, 1, "0x100000\n", "0x7fffffff\n", "System RAM\n");
	put_memmap(f, 2, "0x9fc00\n", "0x9ffff\n", "reserved\n");
	put_memmap(f, 3, "0x80000000\n", "0x8000ffff\n", "ACPI Tables\n");
	put_memmap(f, 4, "0x80010000\n", "0x8001ffff\n", "ACPI Non-volatile Storage\n");
	put_memmap(f, 5, "0x80020000\n", "0x8002ffff\n", "Unusable memory\n");
	put_memmap(f, 6, "0x100000000\n", "0x1ffffffff\n", "Persistent Memory\n");
	put_memmap(f, 7, "0x200000000\n", "0x2ffffffff\n", "Persistent Memory (legacy)\n");
	put_memmap(f, 8, "0x300000000\n", "0x3ffffffff\n", "Soft Reserved\n");
	put_memmap(f, 11, "0x400000000\n", "0x4ffffffff\n", "Quantum Foam\n");
	put_memmap(f, 9, "0xfd00000000\n", "0xffffffffff\n", "Reserved\n");
	put_memmap(f, 10, "0xfffffffffffff000\n", "0xffffffffffffffff\n", "Unknown E820 type\n");
	assert_int_equal(read_it(f, NULL), 0);
	assert_map(&f->firmware.memory,
		   "0-9fc00:ram 9fc00-a0000:reserved 100000-80000000:ram "
		   "80000000-80010000:acpi 80010000-80020000:nvs 80020000-80030000:reserved "
		   "100000000-200000000:pmem 200000000-300000000:pram "
		   "300000000-400000000:soft-reserved 400000000-500000000:reserved "
		   "fd00000000-10000000000:reserved "
		   "fffffffffffff000-ffffffffffffffff:reserved");
	assert_false(f->firmware.has_efi);
	assert_null(f->firmware.boot_params);
	assert_int_equal(f->firmware.acpi_rsdp, 0);
}

/* Memory that was unplugged leaves a gap in the numbering; what is behind it still counts. */
static void test_memmap_with_a_gap(void **state)
{
	struct fixture *f = *state;

	put_memmap(f, 0, "0x100000\n", "0x7fffffff\n", "System RAM\n");
	put_memmap(f, 2, "0x100000000\n", "0x1ffffffff\n", "System RAM\n");
	put_memmap(f, 11, "0x300000000\n", "0x3ffffffff\n", "System RAM\n");
	assert_int_equal(read_it(f, NULL), 0);
	assert_map(&f->firmware.memory,
		   "100000-80000000:ram 100000000-200000000:ram 300000000-400000000:ram");
}

/* More entries than other loaders take, in the order in which the folder has them. */
static void test_memmap_of_many(void **state)
{
	enum { COUNT = 2100 };
	struct fixture *f = *state;
	const struct memory_map *map = &f->firmware.memory;

	for (unsigned int i = 0; i < COUNT; i++) {
		char start[32], end[32];

		snprintf(start, sizeof(start), "0x%x00000\n", i * 2);
		snprintf(end, sizeof(end), "0x%xfffff\n", i * 2);
		put_memmap(f, i, start, end, i % 2 ? "System RAM\n" : "Reserved\n");
	}
	assert_int_equal(read_it(f, NULL), 0);
	assert_int_equal(map->count, COUNT);
	for (uint64_t i = 0; i < COUNT; i++) {
		assert_int_equal(map->ranges[i].start, i << 21);
		assert_int_equal(map->ranges[i].end, (2 * i + 1) << 20);
		assert_int_equal(map->ranges[i].type, i % 2 ? MEMORY_RAM : MEMORY_RESERVED);
	}
}

static void test_memmap_damaged(void **state)
{
	struct fixture *f = *state;
	struct err err = ERR_INIT;

	put_memmap(f, 0, "0x100000\n", "0x7fffffff\n", "System RAM\n");
	put_memmap(f, 1, "0x100000000\n", "half\n", "System RAM\n");
	assert_int_equal(read_it(f, &err), -EINVAL);
	assert_non_null(strstr(err.text, "/sys/firmware/memmap/1/end"));
}

static void parse_iomem(struct fixture *f, const char *text)
{
	char *copy = strdup(text);

	assert_non_null(copy);
	assert_int_equal(iomem_parse(copy, &f->iomem, NULL), 0);
}

/* Where the firmware's map is not shown, the outermost entries of /proc/iomem stand in. */
static void test_iomem_stands_in(void **state)
{
	struct fixture *f = *state;

	parse_iomem(f, "00000000-00000fff : reserved\n"
		       "00001000-0009fbff : System RAM\n"
		       "000a0000-000bffff : PCI Bus 0000:00\n"
		       "00100000-3fffffff : System RAM\n"
		       "  01000000-01ffffff : Kernel code\n"
		       "  30000000-37ffffff : Crash kernel\n"
		       "40000000-4000ffff : ACPI Tables\n"
		       "60000000-60000fff : Unusable memory\n"
		       "60001000-60001fff : Unknown E820 type\n"
		       "100000000-1ffffffff : Persistent Memory\n"
		       "  100000000-10fffffff : System RAM (kmem)\n");
	assert_int_equal(read_it(f, NULL), 0);
	assert_map(&f->firmware.memory,
		   "0-1000:reserved 1000-9fc00:ram 100000-40000000:ram 40000000-40010000:acpi "
		   "60000000-60002000:reserved 100000000-200000000:pmem");
}

/*
 * Memory behind a CXL window or a PCI bridge is named below it; what is within memory is how
 * the kernel uses it, whatever that is called.
 */
static void test_iomem_nested(void **state)
{
	struct fixture *f = *state;

	parse_iomem(f, "00000000-00000fff : Reserved\n"
		       "00001000-3fffffff : System RAM\n"
		       "  01000000-01ffffff : Kernel code\n"
		       "  30000000-37ffffff : Crash kernel\n"
		       "  3f000000-3fffffff : Reserved\n"
		       "80000000-9fffffff : PCI Bus 0000:00\n"
		       "  90000000-9fffffff : PCI MMCONFIG 0000 [bus 00-ff]\n"
		       "    90000000-9fffffff : Reserved\n"
		       "850000000-94fffffff : CXL Window 0\n"
		       "  850000000-8cfffffff : System RAM\n"
		       "    880000000-88fffffff : Crash kernel\n"
		       "  8d0000000-94fffffff : Soft Reserved\n"
		       "    8d0000000-94fffffff : dax0.0\n"
		       "      8d0000000-94fffffff : System RAM (kmem)\n"
		       "950000000-9cfffffff : Soft Reserved\n"
		       "a00000000-a7fffffff : Persistent Memory\n"
		       "  a00000000-a7fffffff : dax1.0\n"
		       "    a00000000-a7fffffff : System RAM\n"
		       "b00000000-b7fffffff : Persistent Memory (legacy)\n"
		       "  b00000000-b7fffffff : namespace0.0\n"
		       "c00000000-c7fffffff : virtio0\n"
		       "  c00000000-c0fffffff : System RAM (virtio_mem)\n");
	assert_int_equal(read_it(f, NULL), 0);
	assert_map(&f->firmware.memory,
		   "0-1000:reserved 1000-40000000:ram 90000000-a0000000:reserved "
		   "850000000-8d0000000:ram 8d0000000-9d0000000:soft-reserved "
		   "a00000000-a80000000:pmem b00000000-b80000000:pram");
}

/* Read while it changes, the file may show a range twice. */
static void test_iomem_twice(void **state)
{
	struct fixture *f = *state;

	parse_iomem(f, "00001000-3fffffff : System RAM\n"
		       "100000000-1ffffffff : System RAM\n"
		       "180000000-1ffffffff : System RAM\n"
		       "180000000-27fffffff : System RAM\n");
	assert_int_equal(read_it(f, NULL), 0);
	assert_map(&f->firmware.memory, "1000-40000000:ram 100000000-280000000:ram");
}

/* A boot loader that told the kernel of special-purpose memory as RAM; EFI told the truth. */
static void test_soft_reserved_wins(void **state)
{
	struct fixture *f = *state;

	put_memmap(f, 0, "0x1000\n", "0x3fffffff\n", "System RAM\n");
	put_memmap(f, 1, "0x100000000\n", "0x4ffffffff\n", "System RAM\n");
	put_memmap(f, 2, "0x600000000\n", "0x6ffffffff\n", "Soft Reserved\n");
	parse_iomem(f, "00001000-3fffffff : System RAM\n"
		       "100000000-1ffffffff : System RAM\n"
		       "200000000-2ffffffff : Soft Reserved\n"
		       "  200000000-2ffffffff : dax0.0\n"
		       "300000000-4ffffffff : System RAM\n"
		       "600000000-6ffffffff : Soft Reserved\n");
	assert_int_equal(read_it(f, NULL), 0);
	assert_map(&f->firmware.memory,
		   "1000-40000000:ram 100000000-200000000:ram 200000000-300000000:soft-reserved "
		   "300000000-500000000:ram 600000000-700000000:soft-reserved");
}

/* With add_efi_memmap, what the kernel shows of the firmware's map is not all that it uses. */
static void test_short_memmap(void **state)
{
	struct fixture *f = *state;

	put_memmap(f, 0, "0x1000\n", "0x3fffffff\n", "System RAM\n");
	parse_iomem(f, "00001000-3fffffff : System RAM\n"
		       "100000000-1ffffffff : System RAM\n");
	assert_int_equal(firmware_read(&f->tree.root, &f->iomem, true, &f->firmware, NULL), 0);
	assert_map(&f->firmware.memory, "1000-40000000:ram 100000000-200000000:ram");
}

static void put_params_at(struct fixture *f, const char *path, size_t size, uint64_t rsdp)
{
	uint8_t params[4200];

	memset(params, 0xa5, sizeof(params));
	memset(params + 0x1e9, 0, 2); /* no disks */
	memcpy(params + 0x1c0, "EL64", 4);
	put_le(params + 0x1cc, 4, 1);
	put_le(params + 0x70, 8, rsdp);
	tree_put(&f->tree, path, params, size);
}

static void put_boot_params(struct fixture *f, size_t size, uint64_t rsdp)
{
	put_params_at(f, "/sys/kernel/boot_params/data", size, rsdp);
}

static void put_efi(struct fixture *f, const char *systab)
{
	tree_text(&f->tree, "/sys/firmware/efi/systab", systab);
	tree_text(&f->tree, "/sys/firmware/efi/fw_vendor", "0x3f5edc98\n");
	tree_text(&f->tree, "/sys/firmware/efi/runtime", "0xfffffffeffb12b70\n");
	tree_text(&f->tree, "/sys/firmware/efi/config_table", "0x3f5ecf18\n");
}

static void put_efi_map(struct fixture *f, unsigned int number)
{
	static const char *const names[] = { "type", "phys_addr", "virt_addr", "num_pages",
					     "attribute" };
	char path[80], text[32];

	for (unsigned int i = 0; i < ARRAY_SIZE(names); i++) {
		snprintf(path, sizeof(path), "/sys/firmware/efi/runtime-map/%u/%s", number,
			 names[i]);
		snprintf(text, sizeof(text), "0x%x\n", number * 0x100 + i);
		tree_text(&f->tree, path, text);
	}
}

static void test_boot_params(void **state)
{
	struct fixture *f = *state;

	put_boot_params(f, 4096, 0xf59b0);
	assert_int_equal(read_it(f, NULL), 0);
	assert_non_null(f->firmware.boot_params);
	assert_int_equal(f->firmware.boot_params[0x1f1], 0xa5);
	assert_int_equal(f->firmware.acpi_rsdp, 0xf59b0);
}

static void test_boot_params_of_another_size(void **state)
{
	struct fixture *f = *state;
	struct err err = ERR_INIT;

	put_boot_params(f, 4095, 0);
	assert_int_equal(read_it(f, &err), -EBADMSG);
	assert_non_null(strstr(err.text, "has 4095 bytes, not 4096"));
	firmware_done(&f->firmware);
	put_boot_params(f, 4097, 0);
	assert_int_equal(read_it(f, &err), -EFBIG);
}

/* Linux before 3.14 has them in debugfs only, wherever that is mounted. */
static void test_boot_params_in_debugfs(void **state)
{
	struct fixture *f = *state;
	struct err err = ERR_INIT;

	put_params_at(f, "/mnt/debug here/boot_params/data", 4096, 0xf59b0);
	tree_text(&f->tree, "/proc/mounts",
		  "proc /proc proc rw,nosuid 0 0\n"
		  "sysfs /sys sysfs rw,nosuid 0 0\n");
	assert_int_equal(read_it(f, NULL), 0);
	assert_null(f->firmware.boot_params);
	tree_text(&f->tree, "/proc/mounts",
		  "proc /proc proc rw,nosuid 0 0\n"
		  "debugfs /mnt/debug\\040here debugfs rw,relatime 0 0\n");
	assert_int_equal(read_it(f, NULL), 0);
	assert_non_null(f->firmware.boot_params);
	assert_int_equal(f->firmware.acpi_rsdp, 0xf59b0);
	firmware_done(&f->firmware);
	put_params_at(f, "/mnt/debug here/boot_params/data", 100, 0);
	assert_int_equal(read_it(f, &err), -EBADMSG);
	assert_non_null(strstr(err.text, "/mnt/debug here/boot_params/data: has 100 bytes"));
	firmware_done(&f->firmware);
	/* sysfs comes first */
	put_boot_params(f, 4096, 0xe0000);
	assert_int_equal(read_it(f, NULL), 0);
	assert_int_equal(f->firmware.acpi_rsdp, 0xe0000);
}

static void test_efi(void **state)
{
	struct fixture *f = *state;
	const struct efi_facts *efi = &f->firmware.efi;

	put_boot_params(f, 4096, 0);
	put_efi(f, "ACPI20=0x3f77e014\nACPI=0x3f77e000\nSMBIOS3=0x3f5cd000\nSMBIOS=0x3f5cf000\n");
	for (unsigned int i = 0; i < 20; i++)
		put_efi_map(f, i);
	assert_int_equal(read_it(f, NULL), 0);
	assert_true(f->firmware.has_efi);
	assert_int_equal(efi->desc_version, 1);
	assert_int_equal(f->firmware.acpi_rsdp, 0x3f77e014);
	assert_int_equal(efi->fw_vendor, 0x3f5edc98);
	assert_int_equal(efi->runtime, 0xfffffffeffb12b70);
	assert_int_equal(efi->config_table, 0x3f5ecf18);
	/* The next kernel puts this into the table of SMBIOS 2, never into that of SMBIOS 3. */
	assert_int_equal(efi->smbios, 0x3f5cf000);
	assert_int_equal(efi->map_count, 20);
	for (unsigned int i = 0; i < 20; i++) {
		assert_int_equal(efi->map[i].type, i * 0x100);
		assert_int_equal(efi->map[i].phys_addr, i * 0x100 + 1);
		assert_int_equal(efi->map[i].virt_addr, i * 0x100 + 2);
		assert_int_equal(efi->map[i].num_pages, i * 0x100 + 3);
		assert_int_equal(efi->map[i].attribute, i * 0x100 + 4);
	}
}

static void test_efi_old_tables(void **state)
{
	struct fixture *f = *state;

	put_boot_params(f, 4096, 0xe0000);
	put_efi(f, "SMBIOS3=0x3f5cd000\nACPI=0x3f77e000\n");
	put_efi_map(f, 0);
	assert_int_equal(read_it(f, NULL), 0);
	assert_int_equal(f->firmware.acpi_rsdp, 0xe0000); /* what the kernel was told itself */
	assert_int_equal(f->firmware.efi.smbios, 0);
	f->firmware.acpi_rsdp = 0;
	firmware_done(&f->firmware);
	put_boot_params(f, 4096, 0);
	assert_int_equal(read_it(f, NULL), 0);
	assert_int_equal(f->firmware.acpi_rsdp, 0x3f77e000);
}

/* Without run-time services there is no map, and EFI is not handed on; ACPI still is found. */
static void test_efi_without_runtime(void **state)
{
	struct fixture *f = *state;

	tree_text(&f->tree, "/sys/firmware/efi/systab", "ACPI20=0x3f77e014");
	assert_int_equal(read_it(f, NULL), 0);
	assert_false(f->firmware.has_efi);
	assert_int_equal(f->firmware.acpi_rsdp, 0x3f77e014);
}

/* Nor is EFI of 32 bits handed on, nor one that the running kernel's boot_params lack. */
static void test_other_efi(void **state)
{
	struct fixture *f = *state;
	uint8_t params[4096] = { 0 };

	put_efi(f, "ACPI20=0x3f77e014\n");
	put_efi_map(f, 0);
	assert_int_equal(read_it(f, NULL), 0);
	assert_false(f->firmware.has_efi);
	firmware_done(&f->firmware);
	memcpy(params + 0x1c0, "EL32", 4);
	tree_put(&f->tree, "/sys/kernel/boot_params/data", params, sizeof(params));
	assert_int_equal(read_it(f, NULL), 0);
	assert_false(f->firmware.has_efi);
	assert_int_equal(f->firmware.acpi_rsdp, 0x3f77e014);
}

static void test_efi_map_with_a_hole(void **state)
{
	struct fixture *f = *state;
	struct err err = ERR_INIT;

	put_efi(f, "ACPI20=0x3f77e014\n");
	put_efi_map(f, 0);
	tree_text(&f->tree, "/sys/firmware/efi/runtime-map/1/type", "0x5\n");
	assert_int_equal(read_it(f, &err), -ENOENT);
	assert_non_null(strstr(err.text, "runtime-map/1/phys_addr"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_memmap),
		TEST(test_memmap_with_a_gap),
		TEST(test_memmap_of_many),
		TEST(test_memmap_damaged),
		TEST(test_iomem_stands_in),
		TEST(test_iomem_nested),
		TEST(test_iomem_twice),
		TEST(test_soft_reserved_wins),
		TEST(test_short_memmap),
		TEST(test_boot_params),
		TEST(test_boot_params_in_debugfs),
		TEST(test_boot_params_of_another_size),
		TEST(test_efi),
		TEST(test_efi_old_tables),
		TEST(test_efi_without_runtime),
		TEST(test_other_efi),
		TEST(test_efi_map_with_a_hole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
