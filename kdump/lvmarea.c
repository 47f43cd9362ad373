/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/bytes.h"

#include "kdump/lvmarea.h"
#include "kdump/rootpath.h"

enum {
	SECTOR = 512,
	LABEL_SECTORS = 4, /* in which the label may be */
	LABEL_CHECKED =
		20, /* where what its checksum is of begins; it goes up to the sector's end */
	HEADER_LISTS = 40,  /* where a volume's header has its lists of areas */
	AREAS_MAX = 16,     /* in a list */
	AREA_LOCATION = 40, /* where an area's first sector says where the text is */
	AREA_IGNORED = 1,   /* a flag of that */
};

#define CRC_FIRST  0xf597a6cfU
#define AREA_MAGIC " LVM2 x[5A%r0N*>"

/* The usual CRC-32, but for its first value, and not inverted. */
static uint32_t checksum(struct bytes b, uint32_t crc)
{
	for (size_t i = 0; i < b.size; i++) {
		crc ^= b.data[i];
		for (int bit = 0; bit < 8; bit++)
			crc = crc & 1 ? crc >> 1 ^ 0xedb88320U : crc >> 1;
	}
	return crc;
}

static int read_at(int fd, uint64_t offset, void *ret, size_t size)
{
	ssize_t n = offset > INT64_MAX ? -1 : pread(fd, ret, size, (off_t)offset);

	return n == (ssize_t)size ? 0 : -EBADMSG;
}

static bool check(struct bytes b, uint64_t begin, uint64_t size, uint32_t crc)
{
	struct bytes part;

	return bytes_slice(b, begin, size, &part) && checksum(part, CRC_FIRST) == crc;
}

/* Find the volume's header, behind its label. Return: 0, -ENODATA. */
static int find_header(struct bytes start, struct bytes *ret)
{
	for (size_t i = 0; i < LABEL_SECTORS; i++) {
		struct bytes sector;
		uint32_t crc, offset;

		if (bytes_slice(start, i * SECTOR, SECTOR, &sector) &&
		    bytes_has(sector, 0, "LABELONE", 8) && bytes_has(sector, 24, "LVM2 001", 8) &&
		    bytes_le32(sector, 16, &crc) && bytes_le32(sector, 20, &offset) &&
		    check(sector, LABEL_CHECKED, SECTOR - LABEL_CHECKED, crc) && offset <= SECTOR &&
		    bytes_slice(sector, offset, SECTOR - offset, ret))
			return 0;
	}
	return -ENODATA;
}

/* Read a text that may go on at the beginning of the ring of @size bytes at @start. */
static int read_ring(int fd, uint64_t start, uint64_t size, uint64_t at, char *ret, size_t length)
{
	size_t first = at + length > size ? (size_t)(size - at) : length;
	int r = read_at(fd, start + at, ret, first);

	/* An area's first sector is no part of the ring. */
	return r < 0 || first == length ? r
					: read_at(fd, start + SECTOR, ret + first, length - first);
}

/* The text in the area at @start. Return: 0, -ENODATA, -EBADMSG, -ENOMEM. */
static int read_area(int fd, uint64_t start, char **ret)
{
	uint8_t buffer[SECTOR];
	struct bytes b = { buffer, sizeof(buffer) };
	uint64_t own_start, size, at, length;
	_cleanup_free_ char *text = NULL;
	uint32_t crc, text_crc, flags;
	int r = read_at(fd, start, buffer, sizeof(buffer));

	if (r < 0)
		return r;
	if (!bytes_has(b, 4, AREA_MAGIC, strlen(AREA_MAGIC)) || !bytes_le32(b, 0, &crc) ||
	    !check(b, 4, SECTOR - 4, crc) || !bytes_le64(b, 24, &own_start) ||
	    !bytes_le64(b, 32, &size) || own_start != start || !bytes_le64(b, AREA_LOCATION, &at) ||
	    !bytes_le64(b, AREA_LOCATION + 8, &length) ||
	    !bytes_le32(b, AREA_LOCATION + 16, &text_crc) ||
	    !bytes_le32(b, AREA_LOCATION + 20, &flags))
		return -EBADMSG;
	if (at == 0 || length == 0 || (flags & AREA_IGNORED))
		return -ENODATA;
	if (at < SECTOR || at >= size || size > INT64_MAX - start || length > LVMAREA_TEXT_MAX ||
	    length > size - SECTOR)
		return -EBADMSG;
	text = malloc((size_t)length + 1);
	if (!text)
		return -ENOMEM;
	r = read_ring(fd, start, size, at, text, (size_t)length);
	if (r < 0)
		return r;
	if (checksum((struct bytes){ (uint8_t *)text, (size_t)length }, CRC_FIRST) != text_crc)
		return -EBADMSG;
	text[length] = '\0';
	*ret = TAKE_PTR(text);
	return 0;
}

/* Go through the areas that a volume's header lists behind those for data. */
static int read_areas(int fd, struct bytes header, char **ret)
{
	uint64_t start, at = HEADER_LISTS;
	int list = 0, found = -ENODATA;

	for (int i = 0; i < 2 * AREAS_MAX && list < 2; i++, at += 16) {
		int r;

		if (!bytes_le64(header, at, &start))
			return -EBADMSG;
		if (start == 0) { /* the end of a list */
			list++;
			continue;
		}
		if (list == 0)
			continue;
		r = read_area(fd, start, ret);
		if (r == 0 || r == -ENOMEM)
			return r;
		if (r == -EBADMSG)
			found = r;
	}
	return found;
}

int lvmarea_read(const struct sysroot *root, const char *node, char **ret, struct err *err)
{
	uint8_t start[LABEL_SECTORS * SECTOR];
	struct bytes header;
	_cleanup_close_ int fd = -1;
	struct rootpath full;
	int r = rootpath_join(root, node, &full, err);

	if (r < 0)
		return r;
	fd = open(full.text, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return err_errno(err, -errno, "cannot open %s", node);
	if (read_at(fd, 0, start, sizeof(start)) < 0)
		r = -ENODATA; /* too small */
	else
		r = find_header((struct bytes){ start, sizeof(start) }, &header);
	if (r == 0)
		r = read_areas(fd, header, ret);
	if (r == -ENOMEM)
		return err_oom(err);
	if (r == -ENODATA)
		return err_set(err, r, "%s: no metadata of LVM", node);
	return r < 0 ? err_set(err, r, "%s: the metadata of LVM is damaged", node) : 0;
}
