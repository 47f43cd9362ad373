/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Disks that are told by what is written on them: swap space, as that takes least.
 */
#ifndef TESTS_UNIT_SWAP_DISK_H
#define TESTS_UNIT_SWAP_DISK_H

#include <stdlib.h>
#include <string.h>

#include "tests/unit/one_tree.h"

enum { SWAP_SIZE = 1 << 20 };

/** put_swap() - a device called so in sysfs, with swap space whose UUID ends in @last. */
static inline void put_swap(const char *name, const char *node, uint8_t last)
{
	uint8_t *disk = calloc(1, SWAP_SIZE);
	char path[PATH_MAX];

	assert_non_null(disk);
	disk[1024] = 1;                        /* version */
	disk[1028] = SWAP_SIZE / 4096 - 1;     /* last page */
	disk[1036 + 15] = last;                /* the UUID's last byte */
	memcpy(disk + 4086, "SWAPSPACE2", 10); /* include/linux/swap.h: union swap_header */
	tree_put(&tree, node, disk, SWAP_SIZE);
	free(disk);
	snprintf(path, sizeof(path), "/sys/class/block/%s/size", name);
	tree_text(&tree, path, "2048\n");
}

#endif
