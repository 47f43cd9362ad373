/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Archives that the kernel unpacks as its first file system: the "newc" form of cpio
 * (kernel documentation, driver-api/early-userspace/buffer-format.rst). Owner is root and
 * every time stamp is 0, so that equal contents are equal bytes.
 */
#ifndef KDUMP_CPIO_H
#define KDUMP_CPIO_H

#include <stdint.h>
#include <sys/types.h>

#include "lib/attrs.h"
#include "lib/bytes.h"
#include "lib/err.h"

/** cpio_sink - takes the archive's bytes in order. Return: 0, or -errno with @err set. */
typedef int cpio_sink(void *ctx, const void *data, size_t size, struct err *err);

/** struct cpio_writer - an archive being written; set @sink and @ctx, zero the rest. */
struct cpio_writer {
	cpio_sink *sink;
	void *ctx;
	uint64_t offset;  /* bytes written */
	uint32_t entries; /* so far */
};

/** struct cpio_entry - one file. */
struct cpio_entry {
	const char *name;     /* without a leading slash when written; its folder came before */
	mode_t mode;          /* type and permissions; only S_IFREG, S_IFDIR, S_IFCHR are written */
	dev_t device;         /* of an S_IFCHR or S_IFBLK */
	struct bytes content; /* of an S_IFREG; of an S_IFLNK where it leads to */
	/*
	 * When read: a file with several names has an entry for each, with the same three of these
	 * numbers, and in most of them no contents.
	 */
	uint32_t links; /* how many names */
	uint32_t inode;
	dev_t on;
	const void *archive;
};

/** cpio_add() - write one file. Return: 0, -EFBIG above 4 GiB, what the sink returned. */
_must_check_ int cpio_add(struct cpio_writer *w, const struct cpio_entry *entry, struct err *err);

/**
 * cpio_finish() - write the end of the archive.
 * @align: pad to a multiple of so many bytes, a power of two, for what follows it.
 */
_must_check_ int cpio_finish(struct cpio_writer *w, unsigned int align, struct err *err);

/**
 * cpio_visitor - gets each file of an archive, in order; @file is borrowed.
 * Return: 0 to go on; anything else, which cpio_walk() then returns, to stop.
 */
typedef int cpio_visitor(void *ctx, const struct cpio_entry *file);

/**
 * cpio_walk() - go through an archive that begins at the start of @archive.
 * @ret_end: where it ends, in bytes, padding not included; untouched unless 0 is returned.
 * Return: 0; -EBADMSG if these bytes are no archive, or it ends early; what @visit returned.
 */
_must_check_ int cpio_walk(struct bytes archive, cpio_visitor *visit, void *ctx, uint64_t *ret_end);

/**
 * cpio_find() - look for a file in an archive that begins at the start of @archive.
 * @ret: the contents, borrowed from @archive; untouched unless 0 is returned.
 * Return: 0; -ENOENT; -EBADMSG if these bytes are no archive, or it ends early.
 */
_must_check_ int cpio_find(struct bytes archive, const char *name, struct bytes *ret);

#endif
