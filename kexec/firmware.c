/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <limits.h>
#include <mntent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/array.h"
#include "lib/bytes.h"
#include "lib/number.h"
#include "kexec/firmware.h"

#define MEMMAP_PATH      "/sys/firmware/memmap"
#define EFI_PATH         "/sys/firmware/efi"
#define BOOT_PARAMS_PATH "/sys/kernel/boot_params/data"
#define SOFT_RESERVED    "Soft Reserved"

enum {
	TYPE_MAX = 64,         /* bytes of a memmap entry's type */
	SYSTAB_MAX = 4096,     /* bytes of EFI's table of tables, a line each */
	ENTRIES_MAX = 1 << 20, /* numbered folders looked through */
	/* in the zero page */
	BOOT_PARAMS_ACPI_RSDP = 0x70,
	BOOT_PARAMS_EFI_SIGNATURE = 0x1c0,
	BOOT_PARAMS_EFI_DESC_VERSION = 0x1cc,
};

/* The kernel's names of e820 types: arch/x86/kernel/e820.c, e820_type_to_string(). */
static bool type_of_name(const char *name, enum memory_type *ret)
{
	static const struct {
		const char *name;
		enum memory_type type;
	} names[] = {
		{ "System RAM", MEMORY_RAM },
		{ "ACPI Tables", MEMORY_ACPI },
		{ "ACPI Non-volatile Storage", MEMORY_NVS },
		{ "Persistent Memory", MEMORY_PMEM },
		{ "Persistent Memory (legacy)", MEMORY_PRAM },
		{ SOFT_RESERVED, MEMORY_SOFT_RESERVED },
		{ "Reserved", MEMORY_RESERVED },
		{ "reserved", MEMORY_RESERVED }, /* as it was once written */
		{ "Unusable memory", MEMORY_RESERVED },
		{ "Unknown E820 type", MEMORY_RESERVED },
	};

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		if (strcmp(name, names[i].name) == 0) {
			*ret = names[i].type;
			return true;
		}
	}
	return false;
}

static int read_number(const struct sysroot *root, const char *dir, size_t number, const char *name,
		       uint64_t *ret, struct err *err)
{
	char path[128];

	snprintf(path, sizeof(path), "%s/%zu/%s", dir, number, name);
	return sysroot_read_u64(root, path, 0, ret, err);
}

/* One numbered folder of memmap. Return: -ENOENT if it is gone. */
static int read_memmap_entry(const struct sysroot *root, size_t number, struct memory_map *map,
			     struct err *err)
{
	enum memory_type type;
	_cleanup_free_ char *name = NULL;
	uint64_t start, last;
	char path[128];
	int r;

	snprintf(path, sizeof(path), MEMMAP_PATH "/%zu/type", number);
	r = sysroot_read(root, path, TYPE_MAX, &name, NULL, err);
	if (r < 0)
		return r;
	name[strcspn(name, "\n")] = '\0';
	if (!type_of_name(name, &type))
		type = MEMORY_RESERVED; /* whatever it is, it is not to be used */
	r = read_number(root, MEMMAP_PATH, number, "start", &start, err);
	if (r == 0)
		r = read_number(root, MEMMAP_PATH, number, "end", &last, err);
	if (r < 0)
		return r == -ENOENT ? -EIO : r;
	return memory_map_add(map, start, last == UINT64_MAX ? last : last + 1, type, err);
}

/*
 * The entries of /proc/iomem that are memory or are kept from being it: the outermost of them,
 * which may lie within a device's or a window's (CXL, PCI). What is within one of them is how
 * the kernel uses it.
 */
static int memory_from_iomem(const struct iomem *iomem, struct memory_map *map, struct err *err)
{
	unsigned int within = UINT_MAX; /* depth of the one taken last, while inside it */
	int r = 0;

	for (size_t i = 0; i < iomem->count && r == 0; i++) {
		const struct iomem_entry *entry = &iomem->entries[i];
		enum memory_type type;

		if (entry->depth > within)
			continue;
		within = UINT_MAX;
		if (!type_of_name(entry->name, &type))
			continue; /* a device's */
		within = entry->depth;
		r = memory_map_add(map, entry->start, entry->end, type, err);
	}
	return r;
}

/* Whatever else @map calls it. */
static int set_apart_soft_reserved(const struct iomem *iomem, struct memory_map *map,
				   struct err *err)
{
	_cleanup_(memory_map_done) struct memory_map soft = { NULL };
	int r = 0;

	for (size_t i = 0; i < iomem->count && r == 0; i++)
		if (strcmp(iomem->entries[i].name, SOFT_RESERVED) == 0)
			r = memory_map_add(&soft, iomem->entries[i].start, iomem->entries[i].end,
					   MEMORY_SOFT_RESERVED, err);
	memory_map_normalise(&soft);
	if (r == 0 && soft.count > 0)
		r = memory_map_subtract(map, &soft, err);
	for (size_t i = 0; i < soft.count && r == 0; i++)
		r = memory_map_add(map, soft.ranges[i].start, soft.ranges[i].end,
				   MEMORY_SOFT_RESERVED, err);
	return r;
}

/* The numbers have gaps where memory was unplugged (firmware_map_remove()). */
static int read_memmap(const struct sysroot *root, struct memory_map *map, struct err *err)
{
	DIR *dir = sysroot_opendir(root, MEMMAP_PATH);
	struct dirent *entry;
	uint64_t number;
	int r = 0;

	if (!dir)
		return errno == ENOENT ? 0 : err_errno(err, -errno, "cannot open " MEMMAP_PATH);
	while (r == 0 && (entry = readdir(dir))) {
		if (number_parse(entry->d_name, 10, &number) < 0)
			continue;
		r = read_memmap_entry(root, number, map, err);
		if (r == -ENOENT)
			r = 0;
	}
	closedir(dir);
	return r;
}

static int read_memory(const struct sysroot *root, const struct iomem *iomem, bool map_is_short,
		       struct memory_map *map, struct err *err)
{
	int r = map_is_short ? 0 : read_memmap(root, map, err);

	if (r == 0 && map->count == 0)
		r = memory_from_iomem(iomem, map, err);
	else if (r == 0)
		r = set_apart_soft_reserved(iomem, map, err);
	memory_map_normalise(map);
	return r;
}

/* Where debugfs is mounted, with @name behind it. Return: false if it is not. */
static bool find_in_debugfs(const struct sysroot *root, const char *name, char *ret, size_t size)
{
	_cleanup_fclose_ FILE *mounts = sysroot_fopen(root, "/proc/mounts");
	const struct mntent *mount;

	while (mounts && (mount = getmntent(mounts))) {
		int n;

		if (strcmp(mount->mnt_type, "debugfs") != 0)
			continue;
		n = snprintf(ret, size, "%s%s", mount->mnt_dir, name);
		return n > 0 && (size_t)n < size;
	}
	return false;
}

/*
 * Since 3.14 they are in sysfs, before only in debugfs, which may not be mounted or, in
 * lockdown, not to be read. Other architectures have none.
 */
static int read_boot_params(const struct sysroot *root, struct firmware *fw, struct err *err)
{
	char other[PATH_MAX];
	const char *path = BOOT_PARAMS_PATH;
	char *data;
	size_t size;
	int r = sysroot_read(root, path, BOOT_PARAMS_SIZE, &data, &size, err);

	if (r == -ENOENT && find_in_debugfs(root, "/boot_params/data", other, sizeof(other))) {
		path = other;
		r = sysroot_read(root, path, BOOT_PARAMS_SIZE, &data, &size, err);
		if (r == -EPERM || r == -EACCES)
			return 0;
	}
	if (r < 0)
		return r == -ENOENT ? 0 : r;
	fw->boot_params = (uint8_t *)data;
	if (size != BOOT_PARAMS_SIZE)
		return err_set(err, -EBADMSG, "%s: has %zu bytes, not %d", path, size,
			       BOOT_PARAMS_SIZE);
	return 0;
}

/* "ACPI20=0x7f5fe014": the number behind @key, or 0. */
static uint64_t systab_value(const char *systab, const char *key)
{
	size_t len = strlen(key);

	for (const char *line = systab; line && *line; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (strncmp(line, key, len) == 0 && line[len] == '=')
			return strtoull(line + len + 1, NULL, 0);
	}
	return 0;
}

static uint64_t systab_first(const char *systab, const char *newer, const char *older)
{
	uint64_t v = systab_value(systab, newer);

	return v ? v : systab_value(systab, older);
}

static int read_efi_map(const struct sysroot *root, struct efi_facts *efi, struct err *err)
{
	static const char dir[] = EFI_PATH "/runtime-map";

	for (size_t i = 0; i < ENTRIES_MAX; i++) {
		struct efi_descriptor d;
		uint64_t type;
		int r = read_number(root, dir, i, "type", &type, err);

		if (r == -ENOENT)
			return 0;
		if (r == 0)
			r = read_number(root, dir, i, "phys_addr", &d.phys_addr, err);
		if (r == 0)
			r = read_number(root, dir, i, "virt_addr", &d.virt_addr, err);
		if (r == 0)
			r = read_number(root, dir, i, "num_pages", &d.num_pages, err);
		if (r == 0)
			r = read_number(root, dir, i, "attribute", &d.attribute, err);
		if (r < 0)
			return r;
		d.type = (uint32_t)type;
		if (array_reserve(&efi->map, &efi->map_capacity, i + 1, sizeof(d)) < 0)
			return err_oom(err);
		efi->map[i] = d;
		efi->map_count = i + 1;
	}
	return err_set(err, -EFBIG, "%s: too many entries", dir);
}

/* Is the EFI that the running kernel was started by one of 64 bits? Another cannot go on. */
static bool is_efi64(const struct firmware *fw)
{
	return fw->boot_params &&
	       memcmp(fw->boot_params + BOOT_PARAMS_EFI_SIGNATURE, "EL64", 4) == 0;
}

/* EFI is handed on only whole: without a run-time map there is nothing to go on with. */
static int read_efi(const struct sysroot *root, struct firmware *fw, struct err *err)
{
	_cleanup_free_ char *systab = NULL;
	int r = sysroot_read(root, EFI_PATH "/systab", SYSTAB_MAX, &systab, NULL, err);

	if (r == -ENOENT)
		return 0;
	if (r < 0)
		return r;
	if (fw->acpi_rsdp == 0)
		fw->acpi_rsdp = systab_first(systab, "ACPI20", "ACPI");
	fw->efi.smbios = systab_value(systab, "SMBIOS");
	r = read_efi_map(root, &fw->efi, err);
	if (r < 0 || fw->efi.map_count == 0 || !is_efi64(fw))
		return r;
	r = sysroot_read_u64(root, EFI_PATH "/fw_vendor", 0, &fw->efi.fw_vendor, err);
	if (r == 0)
		r = sysroot_read_u64(root, EFI_PATH "/runtime", 0, &fw->efi.runtime, err);
	if (r == 0)
		r = sysroot_read_u64(root, EFI_PATH "/config_table", 0, &fw->efi.config_table, err);
	if (r == 0)
		fw->has_efi = true;
	return r == -ENOENT ? 0 : r;
}

/* What of the running kernel's page decides about more than the page itself. */
static int parse_boot_params(struct firmware *fw, struct err *err)
{
	const struct bytes page = { fw->boot_params, BOOT_PARAMS_SIZE };

	if (!fw->boot_params)
		return 0;
	if (!bytes_le64(page, BOOT_PARAMS_ACPI_RSDP, &fw->acpi_rsdp) ||
	    !bytes_le32(page, BOOT_PARAMS_EFI_DESC_VERSION, &fw->efi.desc_version))
		return err_set(err, -EBADMSG, "the running kernel's boot_params are cut short");
	return 0;
}

int firmware_read(const struct sysroot *root, const struct iomem *iomem, bool map_is_short,
		  struct firmware *ret, struct err *err)
{
	int r = read_memory(root, iomem, map_is_short, &ret->memory, err);

	if (r == 0)
		r = read_boot_params(root, ret, err);
	if (r == 0)
		r = parse_boot_params(ret, err);
	if (r == 0)
		r = setup_data_read(root, &ret->setup_data, err);
	if (r == 0)
		r = edd_read(root, ret->boot_params, &ret->edd, err);
	return r == 0 ? read_efi(root, ret, err) : r;
}

void firmware_done(struct firmware *firmware)
{
	memory_map_done(&firmware->memory);
	setup_data_done(&firmware->setup_data);
	free(firmware->boot_params);
	free(firmware->efi.map);
	*firmware = (struct firmware){ .boot_params = NULL };
}
