/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What LVM writes on a disk, up to the table of a volume. The first byte says what the rest is:
 * 'd' a whole disk, else a group's description alone, which no checksum hides.
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "lib/attrs.h"
#include "lib/file.h"

#include "kdump/lvmarea.h"
#include "kdump/lvmvolume.h"

#define DM_UUID                                                                                    \
	"LVM-GGGGGG0123456789abcdefghijklmnop"                                                     \
	"VVVVVV0123456789abcdefghijklmnop"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char *read_disk(const uint8_t *data, size_t size)
{
	static const struct sysroot root = { .dir = "" };
	_cleanup_close_ int fd = memfd_create("disk", 0);
	char path[64], *text = NULL;

	if (fd < 0 || file_write_all(fd, data, size) < 0)
		abort();
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	return lvmarea_read(&root, path, &text, NULL) < 0 ? NULL : text;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_(dmtable_done) struct dmtable table = { NULL };
	_cleanup_(lvmvolume_done) struct lvmvolume volume;
	char *text;

	if (size == 0 || !lvmvolume_of(DM_UUID, &volume))
		return 0;
	text = data[0] == 'd' ? read_disk(data + 1, size - 1)
			      : strndup((const char *)data + 1, size - 1);
	if (!text)
		return 0;
	lvmvolume_take(&volume, text);
	if (lvmvolume_table(&volume, &table, NULL) == 0 && !dmtable_same(&table, &table))
		abort();
	return 0;
}
