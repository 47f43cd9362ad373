/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "lib/array.h"
#include "kexec/setup_data.h"

enum {
	SETUP_DTB = 2,
	SETUP_PCI = 3,
	SETUP_APPLE_PROPERTIES = 5,
	SETUP_JAILHOUSE = 6,
	SETUP_CC_BLOB = 7,

	BLOCKS_MAX = 1024,   /* a PCI device with a ROM has one */
	BLOCK_MAX = 1 << 24, /* bytes: PCI ROMs are the largest, and end there */
};

static bool goes_on(uint64_t type)
{
	return type == SETUP_DTB || type == SETUP_PCI || type == SETUP_APPLE_PROPERTIES ||
	       type == SETUP_JAILHOUSE || type == SETUP_CC_BLOB;
}

static int read_block(const struct sysroot *root, unsigned int number, uint32_t type,
		      struct setup_data_list *list, struct err *err)
{
	struct setup_data item = { .type = type };
	char path[96];
	char *data;
	int r;

	if (array_reserve(&list->items, &list->capacity, list->count + 1, sizeof(item)) < 0)
		return err_oom(err);
	snprintf(path, sizeof(path), "/sys/kernel/boot_params/setup_data/%u/data", number);
	r = sysroot_read(root, path, BLOCK_MAX, &data, &item.size, err);
	if (r < 0)
		return r;
	item.data = (uint8_t *)data;
	item.small = type != SETUP_PCI && type != SETUP_APPLE_PROPERTIES;
	list->items[list->count++] = item;
	return 0;
}

int setup_data_read(const struct sysroot *root, struct setup_data_list *ret, struct err *err)
{
	for (unsigned int i = 0; i < BLOCKS_MAX; i++) {
		uint64_t type;
		char path[96];
		int r;

		snprintf(path, sizeof(path), "/sys/kernel/boot_params/setup_data/%u/type", i);
		r = sysroot_read_u64(root, path, 0, &type, err);
		if (r == -ENOENT)
			break;
		if (r == 0 && goes_on(type))
			r = read_block(root, i, (uint32_t)type, ret, err);
		if (r < 0)
			return r;
	}
	return 0;
}

void setup_data_done(struct setup_data_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		free(list->items[i].data);
	free(list->items);
	*list = (struct setup_data_list){ NULL };
}
