/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "lib/number.h"

#include "kdump/cpio.h"

#define MAGIC   "070701"
#define TRAILER "TRAILER!!!"

/* A header is the magic and 13 fields of eight hexadecimal digits. */
enum {
	FIELD = 8,
	HEADER = 6 + 13 * FIELD,
	FIELD_INODE = 0,
	FIELD_MODE = 1,
	FIELD_LINKS = 4,
	FIELD_FILESIZE = 6,
	FIELD_DEVMAJOR = 7,
	FIELD_DEVMINOR = 8,
	FIELD_RDEVMAJOR = 9,
	FIELD_RDEVMINOR = 10,
	FIELD_NAMESIZE = 11,
	ALIGN = 4,
};

static int put(struct cpio_writer *w, const void *data, size_t size, struct err *err)
{
	int r = w->sink(w->ctx, data, size, err);

	if (r == 0)
		w->offset += size;
	return r;
}

static int pad(struct cpio_writer *w, unsigned int align, struct err *err)
{
	static const char zeros[512];
	uint64_t left = -w->offset & (align - 1);
	int r = 0;

	while (r == 0 && left > 0) {
		size_t n = left < sizeof(zeros) ? left : sizeof(zeros);

		r = put(w, zeros, n, err);
		left -= n;
	}
	return r;
}

int cpio_add(struct cpio_writer *w, const struct cpio_entry *entry, struct err *err)
{
	size_t name_size = strlen(entry->name) + 1;
	char header[HEADER + 1];
	int r;

	if (entry->content.size > UINT32_MAX)
		return err_errno(err, -EFBIG, "%s", entry->name);
	/* magic, inode, mode, uid, gid, links, mtime, size, device, rdev, name size, checksum */
	snprintf(header, sizeof(header),
		 MAGIC "%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x", w->entries + 1,
		 (unsigned int)entry->mode, 0, 0, S_ISDIR(entry->mode) ? 2 : 1, 0,
		 (unsigned int)entry->content.size, 0, 0, major(entry->device),
		 minor(entry->device), (unsigned int)name_size, 0);
	r = put(w, header, HEADER, err);
	if (r == 0)
		r = put(w, entry->name, name_size, err);
	if (r == 0)
		r = pad(w, ALIGN, err);
	if (r == 0 && entry->content.size > 0)
		r = put(w, entry->content.data, entry->content.size, err);
	if (r == 0)
		r = pad(w, ALIGN, err);
	if (r == 0)
		w->entries++;
	return r;
}

int cpio_finish(struct cpio_writer *w, unsigned int align, struct err *err)
{
	int r;

	w->entries = UINT32_MAX; /* the last entry's inode is 0 */
	r = cpio_add(w, &(struct cpio_entry){ .name = TRAILER }, err);
	return r < 0 ? r : pad(w, align, err);
}

static bool read_field(struct bytes b, uint64_t header, unsigned int field, uint64_t *ret)
{
	char digits[FIELD + 1];
	struct bytes text;

	if (!bytes_slice(b, header + 6 + field * FIELD, FIELD, &text))
		return false;
	memcpy(digits, text.data, FIELD);
	digits[FIELD] = '\0';
	return number_parse(digits, 16, ret) == 0;
}

/* Which file it is, if it has several names. */
static bool read_identity(struct bytes b, uint64_t at, struct cpio_entry *file)
{
	uint64_t inode, links, high, low;

	if (!read_field(b, at, FIELD_INODE, &inode) || !read_field(b, at, FIELD_LINKS, &links) ||
	    !read_field(b, at, FIELD_DEVMAJOR, &high) || !read_field(b, at, FIELD_DEVMINOR, &low))
		return false;
	file->links = (uint32_t)links;
	file->inode = (uint32_t)inode;
	file->on = makedev((unsigned int)high, (unsigned int)low);
	file->archive = b.data;
	return true;
}

/* The file whose header is at *@at. Return: false if it is damaged or cut short. */
static bool next_file(struct bytes b, uint64_t *at, struct cpio_entry *file)
{
	uint64_t mode, name_size, size, high, low, pos = *at + HEADER;
	struct bytes name;

	if (!bytes_has(b, *at, MAGIC, 6) || !read_identity(b, *at, file) ||
	    !read_field(b, *at, FIELD_MODE, &mode) ||
	    !read_field(b, *at, FIELD_NAMESIZE, &name_size) ||
	    !read_field(b, *at, FIELD_FILESIZE, &size) ||
	    !read_field(b, *at, FIELD_RDEVMAJOR, &high) ||
	    !read_field(b, *at, FIELD_RDEVMINOR, &low))
		return false;
	if (name_size == 0 || !bytes_slice(b, pos, name_size, &name) || name.data[name_size - 1])
		return false;
	file->name = (const char *)name.data;
	file->mode = (mode_t)mode;
	file->device = makedev((unsigned int)high, (unsigned int)low);
	pos = (pos + name_size + ALIGN - 1) & ~(uint64_t)(ALIGN - 1);
	if (!bytes_slice(b, pos, size, &file->content))
		return false;
	*at = (pos + size + ALIGN - 1) & ~(uint64_t)(ALIGN - 1);
	return true;
}

int cpio_walk(struct bytes archive, cpio_visitor *visit, void *ctx, uint64_t *ret_end)
{
	struct cpio_entry file;
	uint64_t at = 0;

	while (next_file(archive, &at, &file)) {
		int r;

		if (strcmp(file.name, TRAILER) == 0) {
			*ret_end = at;
			return 0;
		}
		r = visit(ctx, &file);
		if (r != 0)
			return r;
	}
	return -EBADMSG;
}

int cpio_find(struct bytes archive, const char *name, struct bytes *ret)
{
	struct cpio_entry file;
	uint64_t at = 0;

	while (next_file(archive, &at, &file)) {
		if (strcmp(file.name, TRAILER) == 0)
			return -ENOENT;
		if (strcmp(file.name, name) != 0)
			continue;
		*ret = file.content;
		return 0;
	}
	return -EBADMSG;
}
