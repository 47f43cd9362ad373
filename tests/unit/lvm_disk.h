/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Physical volumes of LVM, made by hand, for the tests of what reads them: a label, a volume's
 * header, and one area with a group's description (see kdump/lvmarea.h).
 */
#ifndef TESTS_UNIT_LVM_DISK_H
#define TESTS_UNIT_LVM_DISK_H

#include <string.h>

#include "lib/bytes.h"
#include "tests/unit/one_tree.h"

enum {
	LVM_DISK_SIZE = 2 << 20,    /* on a floppy disk libblkid looks for nothing of LVM */
	LVM_DISK_AREA = 4096,       /* where the area begins */
	LVM_DISK_AREA_SIZE = 32768, /* of which the first sector is no part of the ring */
};

/** lvm_checksum() - CRC-32 as LVM begins it; by a table here, bit by bit there. */
static inline uint32_t lvm_checksum(const uint8_t *data, size_t size)
{
	uint32_t table[256], crc = 0xf597a6cf;

	for (uint32_t i = 0; i < 256; i++) {
		table[i] = i;
		for (int bit = 0; bit < 8; bit++)
			table[i] = table[i] >> 1 ^ (table[i] & 1 ? 0xedb88320 : 0);
	}
	for (size_t i = 0; i < size; i++)
		crc = table[(crc ^ data[i]) & 0xff] ^ crc >> 8;
	return crc;
}

/** lvm_disk_seal() - put the checksums of the label and the area right. */
static inline void lvm_disk_seal(uint8_t *disk)
{
	uint8_t *area = disk + LVM_DISK_AREA;

	put_le(disk + 512 + 16, 4, lvm_checksum(disk + 512 + 20, 512 - 20));
	put_le(area, 4, lvm_checksum(area + 4, 512 - 4));
}

/**
 * lvm_disk_fill() - make the disk, LVM_DISK_SIZE bytes that are zero.
 * @at: where in the area the text begins; it goes on behind the area's first sector.
 */
static inline void lvm_disk_fill(uint8_t *disk, const char *text, size_t at)
{
	uint8_t *label = disk + 512, *area = disk + LVM_DISK_AREA;
	size_t size = strlen(text) + 1;

	memcpy(label, "LABELONE", 8);
	put_le(label + 8, 8, 1);
	put_le(label + 20, 4, 32);
	memcpy(label + 24, "LVM2 001", 8);
	memcpy(label + 32, "abcdefghijklmnopqrstuvwxyz012345", 32);
	put_le(label + 72, 8, 1 << 16); /* the data; behind it the end of that list */
	put_le(label + 104, 8, LVM_DISK_AREA);
	put_le(label + 112, 8, LVM_DISK_AREA_SIZE);
	memcpy(area + 4, " LVM2 x[5A%r0N*>", 16);
	put_le(area + 20, 4, 1);
	put_le(area + 24, 8, LVM_DISK_AREA);
	put_le(area + 32, 8, LVM_DISK_AREA_SIZE);
	put_le(area + 40, 8, at);
	put_le(area + 48, 8, size);
	put_le(area + 56, 4, lvm_checksum((const uint8_t *)text, size));
	for (size_t i = 0; i < size; i++) {
		size_t place = at + i;

		area[place < LVM_DISK_AREA_SIZE ? place : place - LVM_DISK_AREA_SIZE + 512] =
			(uint8_t)text[i];
	}
	lvm_disk_seal(disk);
}

/** lvm_disk_put() - such a disk, as a file of the tree. */
static inline void lvm_disk_put(const char *node, const char *text)
{
	uint8_t *disk = calloc(1, LVM_DISK_SIZE);

	assert_non_null(disk);
	lvm_disk_fill(disk, text, 512);
	tree_put(&tree, node, disk, LVM_DISK_SIZE);
	free(disk);
}

#endif
