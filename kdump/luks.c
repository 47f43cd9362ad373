/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/bytes.h"
#include "lib/file.h"

#include "kdump/blockdev.h"
#include "kdump/crypttab.h"
#include "kdump/luks.h"
#include "kdump/rootpath.h"

#define PREFIX                                                                                     \
	"CRYPT-LUKS" /* of device-mapper's names, as cryptsetup makes them; a version follows */

enum {
	DEPTH_MAX = 16, /* devices upon devices */
	UUID_DIGITS = 32,
	FILE_MAX = 256, /* bytes of a file in sysfs */
};

/* "CRYPT-LUKS2-DIGITS-name": the digits as a UUID is written. */
static bool take_uuid(const char *name, char ret[static CRYPTTAB_UUID_MAX])
{
	size_t at = 0;

	if (strncmp(name, PREFIX, strlen(PREFIX)) != 0)
		return false;
	name = strchr(name + strlen(PREFIX), '-');
	if (!name)
		return false;
	name++;
	for (int i = 0; i < UUID_DIGITS; i++) {
		if (!isxdigit((unsigned char)name[i]))
			return false;
		if (i == 8 || i == 12 || i == 16 || i == 20)
			ret[at++] = '-';
		ret[at++] = name[i];
	}
	ret[at] = '\0';
	return true;
}

static int look(const struct sysroot *root, const char *sysfs, struct strv *ret, struct err *err)
{
	_cleanup_free_ char *text = NULL;
	char path[PATH_MAX], uuid[CRYPTTAB_UUID_MAX];

	snprintf(path, sizeof(path), "%s/dm/uuid", sysfs);
	if (sysroot_read(root, path, FILE_MAX, &text, NULL, NULL) < 0 || !take_uuid(text, uuid) ||
	    strv_has(ret, uuid))
		return 0;
	return strv_add(ret, uuid) < 0 ? err_oom(err) : 0;
}

static int walk(const struct sysroot *root, const char *sysfs, int depth, struct strv *ret,
		struct err *err)
{
	_cleanup_closedir_ DIR *dir = NULL;
	const struct dirent *entry;
	char path[PATH_MAX];
	int r = look(root, sysfs, ret, err);

	if (r < 0)
		return r;
	if (depth == DEPTH_MAX)
		return err_set(err, -ELOOP, "%s: too many devices upon each other", sysfs);
	snprintf(path, sizeof(path), "%s/slaves", sysfs);
	dir = sysroot_opendir(root, path);
	while (r == 0 && dir && (entry = readdir(dir))) {
		struct rootpath real;

		if (entry->d_name[0] == '.')
			continue;
		snprintf(path, sizeof(path), "%s/slaves/%s", sysfs, entry->d_name);
		r = rootpath_real(root, path, &real, err);
		if (r == 0)
			r = walk(root, real.text, depth + 1, ret, err);
	}
	return r;
}

int luks_below(const struct sysroot *root, const char *sysfs, struct strv *ret, struct err *err)
{
	return walk(root, sysfs, 0, ret, err);
}

/* LUKS2 On-Disk Format Specification 1.1: the binary header, all big-endian, and JSON behind it. */
enum {
	BINARY_SIZE = 4096,
	HDR_VERSION = 6, /* 16 bits */
	HDR_SIZE = 8,    /* 64 bits: bytes of both areas */
	HDR_SIZE_MAX = 4 << 20,
	KIB_MAX = 4 << 20, /* the most that cryptsetup takes for a key */
};

/* The largest "memory" of the object's key slots, which no other member is called, in KiB. */
static uint64_t largest_memory(const char *json)
{
	static const char key[] = "\"memory\"";
	uint64_t most = 0;

	for (const char *p = json; (p = strstr(p, key)); p++) {
		const char *value = p + strlen(key);
		uint64_t kib;

		value += strspn(value, " \t\r\n");
		/* Within a string its quotes would be escaped. */
		kib = *value == ':' ? strtoull(value + 1, NULL, 10) : 0;
		if (kib > most && kib <= KIB_MAX)
			most = kib;
	}
	return most;
}

static int read_header(int fd, char **ret)
{
	uint8_t binary[BINARY_SIZE];
	const struct bytes b = { binary, sizeof(binary) };
	_cleanup_free_ char *json = NULL;
	uint64_t size, version;
	ssize_t n;

	if (pread(fd, binary, sizeof(binary), 0) != (ssize_t)sizeof(binary) ||
	    !bytes_has(b, 0, "LUKS\xba\xbe", 6) || !bytes_uint(b, HDR_VERSION, 2, true, &version) ||
	    !bytes_uint(b, HDR_SIZE, 8, true, &size))
		return -EINVAL;
	if (version == 1)
		size = BINARY_SIZE;
	if (version > 2 || size < BINARY_SIZE || size > HDR_SIZE_MAX)
		return -EINVAL;
	size -= BINARY_SIZE;
	json = calloc(1, size + 1);
	if (!json)
		return -ENOMEM;
	n = pread(fd, json, size, BINARY_SIZE);
	if (n < 0)
		return -errno;
	*ret = TAKE_PTR(json);
	return 0;
}

int luks_memory(const struct sysroot *root, const char *uuid, uint64_t *ret, struct err *err)
{
	_cleanup_(blockdev_done) struct blockdev dev = { NULL };
	_cleanup_free_ char *json = NULL;
	_cleanup_close_ int fd = -1;
	char name[sizeof("UUID=") + CRYPTTAB_UUID_MAX];
	int r;

	snprintf(name, sizeof(name), "UUID=%s", uuid);
	r = blockdev_find(root, name, &dev, err);
	if (r < 0)
		return r;
	fd = sysroot_open(root, dev.node, O_RDONLY);
	if (fd < 0)
		return err_errno(err, fd, "cannot open %s", dev.node);
	r = read_header(fd, &json);
	if (r < 0)
		return err_errno(err, r, "%s: no LUKS is on it", dev.node);
	*ret = largest_memory(json) << 10;
	return 0;
}
