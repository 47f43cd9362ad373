/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/file.h"
#include "lib/unwrap.h"

#include "kdump/cpio.h"
#include "kdump/image.h"
#include "kdump/layout.h"
#include "kdump/manifest.h"
#include "kdump/rootpath.h"
#include "kdump/staged.h"

enum {
	MODULE_MAX = 256 << 20, /* bytes of a decompressed module, or another file */
	UNPACKED_MAX = 1 << 30, /* bytes of an image's files */
	UNPACKED_PER_BYTE = 3,  /* of an image that we cannot look into */
	PAGE = 4096,
	FIRST_ARCHIVE_ALIGN = 512,
};

static int write_plain(void *ctx, const void *data, size_t size, struct err *err)
{
	const int *fd = ctx;
	int r = file_write_all(*fd, data, size);

	return r < 0 ? err_errno(err, r, "cannot write the image") : 0;
}

static struct bytes text_bytes(const char *text)
{
	return (struct bytes){ (const uint8_t *)text, strlen(text) };
}

int image_write_manifest(int fd, const char *manifest, struct err *err)
{
	struct cpio_writer w = { .sink = write_plain, .ctx = &fd };
	const struct cpio_entry folder = { .name = "kdump", .mode = S_IFDIR | 0755 };
	const struct cpio_entry file = { .name = &LAYOUT_MANIFEST[1],
					 .mode = S_IFREG | 0600,
					 .content = text_bytes(manifest) };
	int r = cpio_add(&w, &folder, err);

	if (r == 0)
		r = cpio_add(&w, &file, err);
	return r < 0 ? r : cpio_finish(&w, FIRST_ARCHIVE_ALIGN, err);
}

/* Add a file of the machine; modules and what is said to be compressed are unpacked on the way. */
static int add_source(struct cpio_writer *w, const struct sysroot *root,
		      const struct image_item *item, struct err *err)
{
	_cleanup_(mapping_close) struct mapping file = MAPPING_INIT;
	_cleanup_(mapping_close) struct mapping plain = MAPPING_INIT;
	struct cpio_entry entry = { .name = item->name, .mode = S_IFREG | item->mode };
	struct rootpath path;
	int r = rootpath_join(root, item->source, &path, err);

	if (r == 0)
		r = mapping_open(path.text, &file, err);
	if (r < 0)
		return r;
	entry.content = file.bytes;
	if (item->kind == IMAGE_MODULE || item->kind == IMAGE_PACKED) {
		r = unwrap(file.bytes, MODULE_MAX, item->source, &plain, err);
		if (r < 0)
			return r;
		if (r == 0)
			entry.content = plain.bytes;
	}
	return cpio_add(w, &entry, err);
}

static int add_item(struct cpio_writer *w, const struct sysroot *root,
		    const struct image_item *item, struct err *err)
{
	struct cpio_entry entry = { .name = item->name, .mode = item->mode };

	switch (item->kind) {
	case IMAGE_FILE:
	case IMAGE_MODULE:
	case IMAGE_PACKED:
	case IMAGE_PROGRAM:
		return add_source(w, root, item, err);
	case IMAGE_FOLDER:
		entry.mode |= S_IFDIR;
		break;
	case IMAGE_DEVICE:
		entry.mode |= S_IFCHR;
		entry.device = item->device;
		break;
	case IMAGE_TEXT:
		entry.mode |= S_IFREG;
		entry.content = text_bytes(item->text);
		break;
	}
	return cpio_add(w, &entry, err);
}

static void free_packer(struct packer **p)
{
	packer_free(*p);
}

static int write_contents(int fd, const struct sysroot *root, const struct image_plan *plan,
			  struct err *err)
{
	_cleanup_(free_packer) struct packer *packer = NULL;
	struct cpio_writer w = { .sink = packer_write };
	int r = packer_new(plan->format, fd, &packer, err);

	w.ctx = packer;
	for (size_t i = 0; r == 0 && i < plan->count; i++)
		r = add_item(&w, root, &plan->items[i], err);
	if (r == 0)
		r = cpio_finish(&w, 1, err);
	return r < 0 ? r : packer_finish(packer, err);
}

int image_write(const struct sysroot *root, const struct image_plan *plan, const char *path,
		struct err *err)
{
	_cleanup_(staged_done) struct staged staged = STAGED_INIT;
	int r = staged_begin(root, path, 0600, &staged, err);

	if (r < 0)
		return r;
	r = image_write_manifest(staged.fd, plan->manifest, err);
	if (r == 0)
		r = write_contents(staged.fd, root, plan, err);
	if (r == 0)
		r = staged_commit(&staged, err);
	return r < 0 ? err_prefix(err, r, "cannot build %s", path) : 0;
}

int image_read_manifest(const struct sysroot *root, const char *path, char **ret, struct err *err)
{
	_cleanup_(mapping_close) struct mapping image = MAPPING_INIT;
	struct rootpath full;
	struct bytes text;
	int r = rootpath_join(root, path, &full, err);

	if (r == 0)
		r = mapping_open(full.text, &image, err);
	if (r < 0)
		return r;
	if (cpio_find(image.bytes, &LAYOUT_MANIFEST[1], &text) < 0 || text.size > MANIFEST_MAX ||
	    memchr(text.data, '\0', text.size))
		return err_set(err, -EBADMSG, "%s has no record of what it was made from", path);
	*ret = strndup((const char *)text.data, text.size);
	return *ret ? 0 : err_oom(err);
}

int image_builder(const struct sysroot *root, const char *path, enum imagebuilder *ret,
		  struct err *err)
{
	_cleanup_free_ char *manifest = NULL;
	int r = image_read_manifest(root, path, &manifest, err);

	if (r == 0)
		*ret = manifest_builder(manifest);
	return r;
}

/* The archive that @image begins with, which is then cut to what is behind it. */
static int walk_plain(struct bytes *image, cpio_visitor *visit, void *ctx)
{
	uint64_t end;
	int r = cpio_walk(*image, visit, ctx, &end);

	if (r != 0)
		return r;
	while (end < image->size && image->data[end] == '\0') /* padding */
		end++;
	return bytes_slice(*image, end, image->size - end, image) ? 0 : -EBADMSG;
}

static int not_an_image(const char *path, struct err *err)
{
	return err_set(err, -EBADMSG, "%s is no capture image, or is damaged", path);
}

/*
 * How else a kernel can unpack its first file system, lib/decompress.c of Linux: what begins in
 * none of these ways is nothing to it.
 */
static const char *others_format(struct bytes b)
{
	static const struct {
		const char *magic;
		const char *name;
	} others[] = {
		{ "\x1f\x9e", "gzip" }, { "BZ", "bzip2" },     { "]\0", "lzma" },
		{ "\x89L", "lzo" },     { "\x02\x21", "lz4" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(others); i++)
		if (bytes_has(b, 0, others[i].magic, 2))
			return others[i].name;
	return NULL;
}

static int unpack(struct bytes packed, const char *path, struct mapping *ret, struct err *err)
{
	int r = unwrap(packed, UNPACKED_MAX, path, ret, err);
	const char *format;

	if (r != UNWRAP_NOT_MINE)
		return r;
	format = others_format(packed);
	return format ? err_set(err, -ENOTSUP, "%s is %s-compressed, which cannot be unpacked here",
				path, format)
		      : not_an_image(path, err);
}

/*
 * All archives: the last unpacked, those before it as they are. Ours is the first; dracut may have
 * put others that are not compressed in between, for the processor and the firmware.
 */
int image_walk_bytes(struct bytes image, const char *path, cpio_visitor *visit, void *ctx,
		     struct err *err)
{
	_cleanup_(mapping_close) struct mapping unpacked = MAPPING_INIT;
	uint64_t end;
	int r = image.size > 0 ? 0 : -EBADMSG;

	while (r == 0 && image.size > 0 && image.data[0] == '0')
		r = walk_plain(&image, visit, ctx);
	if (r == -EBADMSG)
		return not_an_image(path, err);
	if (r != 0 || image.size == 0)
		return r;
	r = unpack(image, path, &unpacked, err);
	if (r < 0)
		return r;
	r = cpio_walk(unpacked.bytes, visit, ctx, &end);
	return r == -EBADMSG ? not_an_image(path, err) : r;
}

int image_walk(const struct sysroot *root, const char *path, cpio_visitor *visit, void *ctx,
	       struct err *err)
{
	_cleanup_(mapping_close) struct mapping image = MAPPING_INIT;
	struct rootpath full;
	int r = rootpath_join(root, path, &full, err);

	if (r == 0)
		r = mapping_open(full.text, &image, err);
	return r < 0 ? r : image_walk_bytes(image.bytes, path, visit, ctx, err);
}

static int count_file(void *ctx, const struct cpio_entry *file)
{
	uint64_t size = (file->content.size + PAGE - 1) / PAGE * PAGE;
	struct image_sizes *sizes = ctx;

	sizes->unpacked += size;
	if (strncmp(file->name, &LAYOUT_MODULES[1], strlen(LAYOUT_MODULES) - 1) == 0 ||
	    fnmatch("*lib/modules/*.ko*", file->name, 0) == 0)
		sizes->modules += size;
	if (fnmatch("*lib/firmware/*", file->name, 0) == 0 && size > sizes->firmware)
		sizes->firmware = size;
	return 0;
}

int image_measure(const struct sysroot *root, const char *path, struct image_sizes *ret,
		  struct err *err)
{
	struct image_sizes sizes = { .packed = 0 };
	struct rootpath full;
	struct stat st;
	int r = image_builder(root, path, &sizes.builder, err);

	if (r == 0)
		r = rootpath_join(root, path, &full, err);
	if (r < 0)
		return r;
	if (stat(full.text, &st) < 0)
		return err_errno(err, -errno, "%s", path);
	sizes.packed = (uint64_t)st.st_size;
	r = image_walk(root, path, count_file, &sizes, err);
	if (r < 0 && r != -EBADMSG && sizes.builder == IMAGEBUILDER_DRACUT) {
		/* Compressed in a way that is not ours to know, or too big for us. */
		sizes.unpacked = sizes.packed * UNPACKED_PER_BYTE;
		r = 0;
	}
	if (r == 0)
		*ret = sizes;
	return r;
}
