/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <string.h>

#include "lib/bytes.h"
#include "kexec/edd.h"

enum {
	/* in the zero page */
	OFF_DISK_COUNT = 0x1e9,
	OFF_SIGNATURE_COUNT = 0x1ea,
	OFF_SIGNATURES = 0x290,
	OFF_DISKS = 0xd00,

	/* in struct edd_info */
	DISK_DEVICE = 0,
	DISK_VERSION = 1,
	DISK_INTERFACE = 2,
	DISK_CYLINDER = 4,
	DISK_HEAD = 6,
	DISK_SECTORS = 7,
	DISK_PARAMS = 8,

	FIRST_DISK = 0x80, /* the BIOS's number of it */
	EXTENSIONS_MAX = 4096,
};

static void from_boot_params(const uint8_t *page, struct edd *ret)
{
	const uint8_t *p = page + OFF_SIGNATURES;

	ret->disk_count = page[OFF_DISK_COUNT];
	if (ret->disk_count > EDD_DISKS_MAX)
		ret->disk_count = EDD_DISKS_MAX;
	ret->signature_count = page[OFF_SIGNATURE_COUNT];
	if (ret->signature_count > EDD_SIGNATURES_MAX)
		ret->signature_count = EDD_SIGNATURES_MAX;
	memcpy(ret->disks, page + OFF_DISKS, ret->disk_count * sizeof(ret->disks[0]));
	for (unsigned int i = 0; i < ret->signature_count; i++, p += 4)
		ret->signatures[i] =
			p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

static void path_of(char *path, size_t size, unsigned int number, const char *name)
{
	snprintf(path, size, "/sys/firmware/edd/int13_dev%02x/%s", FIRST_DISK + number, name);
}

/* A number of disk @number. Return: 0, with *@ret untouched where the kernel shows none. */
static int read_number(const struct sysroot *root, unsigned int number, const char *name,
		       uint64_t *ret, struct err *err)
{
	char path[96];
	int r;

	path_of(path, sizeof(path), number, name);
	r = sysroot_read_u64(root, path, 0, ret, err);
	return r == -ENOENT ? 0 : r;
}

/* What it can do is shown in words: edd_show_extensions(). */
static int read_extensions(const struct sysroot *root, unsigned int number, uint64_t *ret,
			   struct err *err)
{
	static const char *const words[] = {
		"Fixed disk access",
		"Device locking and ejecting",
		"Enhanced Disk Drive support",
		"64-bit extensions",
	};
	_cleanup_free_ char *text = NULL;
	char path[96];
	int r;

	path_of(path, sizeof(path), number, "extensions");
	r = sysroot_read(root, path, EXTENSIONS_MAX, &text, NULL, err);
	for (size_t i = 0; i < ARRAY_SIZE(words) && r == 0; i++)
		if (strstr(text, words[i]))
			*ret |= UINT64_C(1) << i;
	return r == -ENOENT ? 0 : r;
}

/* The block of parameters that the BIOS filled in; it may be shorter than there is room. */
static int read_params(const struct sysroot *root, unsigned int number, uint8_t *disk,
		       struct err *err)
{
	_cleanup_free_ char *data = NULL;
	char path[96];
	size_t size;
	int r;

	path_of(path, sizeof(path), number, "raw_data");
	r = sysroot_read(root, path, EDD_DISK_SIZE - DISK_PARAMS, &data, &size, err);
	if (r == 0)
		memcpy(disk + DISK_PARAMS, data, size);
	return r;
}

/* Return: -ENOENT if the BIOS told nothing of disk @number but, perhaps, a signature. */
static int read_disk(const struct sysroot *root, unsigned int number, uint8_t *disk,
		     struct err *err)
{
	uint64_t version = 0, interface = 0, cylinder = 0, head = 0, sectors = 0;
	int r = read_params(root, number, disk, err);

	if (r == 0)
		r = read_number(root, number, "version", &version, err);
	if (r == 0)
		r = read_extensions(root, number, &interface, err);
	if (r == 0)
		r = read_number(root, number, "legacy_max_cylinder", &cylinder, err);
	if (r == 0)
		r = read_number(root, number, "legacy_max_head", &head, err);
	if (r == 0)
		r = read_number(root, number, "legacy_sectors_per_track", &sectors, err);
	if (r < 0)
		return r;
	disk[DISK_DEVICE] = (uint8_t)(FIRST_DISK + number);
	disk[DISK_VERSION] = (uint8_t)version;
	put_le(disk + DISK_INTERFACE, 2, interface);
	put_le(disk + DISK_CYLINDER, 2, cylinder);
	disk[DISK_HEAD] = (uint8_t)head;
	disk[DISK_SECTORS] = (uint8_t)sectors;
	return 0;
}

static int from_sysfs(const struct sysroot *root, struct edd *ret, struct err *err)
{
	int r = 0;

	for (unsigned int i = 0; i < EDD_DISKS_MAX && r == 0; i++) {
		r = read_disk(root, i, ret->disks[i], err);
		if (r == 0)
			ret->disk_count = (uint8_t)(i + 1);
	}
	for (unsigned int i = 0; i < EDD_SIGNATURES_MAX && (r == 0 || r == -ENOENT); i++) {
		uint64_t signature = UINT64_MAX;

		r = read_number(root, i, "mbr_signature", &signature, err);
		if (r < 0 || signature == UINT64_MAX)
			break;
		ret->signatures[i] = (uint32_t)signature;
		ret->signature_count = (uint8_t)(i + 1);
	}
	return r == -ENOENT ? 0 : r;
}

int edd_read(const struct sysroot *root, const uint8_t *boot_params, struct edd *ret,
	     struct err *err)
{
	if (boot_params)
		from_boot_params(boot_params, ret);
	if (ret->disk_count > 0 || ret->signature_count > 0)
		return 0;
	return from_sysfs(root, ret, err);
}

void edd_put(const struct edd *edd, uint8_t *page)
{
	page[OFF_DISK_COUNT] = edd->disk_count;
	page[OFF_SIGNATURE_COUNT] = edd->signature_count;
	memcpy(page + OFF_DISKS, edd->disks, edd->disk_count * sizeof(edd->disks[0]));
	for (unsigned int i = 0; i < edd->signature_count; i++)
		put_le(page + OFF_SIGNATURES + 4 * (size_t)i, 4, edd->signatures[i]);
}
