/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/file.h"

#include "kdump/sparsecopy.h"

enum {
	PIECE = 1 << 20, /* bytes that are read at once */
	BLOCK = 4096,    /* bytes of zeros that are worth a hole */
	LOST_MAX = 4096, /* blocks in a row that cannot be read: the rest cannot, either */
};

struct copy {
	int in, out;
	const char *source;
	bool seeks;       /* the output can be sought in */
	uint64_t at;      /* in both */
	uint64_t lost;    /* bytes in all */
	unsigned int bad; /* blocks in a row */
	uint8_t *piece;
};

static bool is_zero(const uint8_t *data, size_t size)
{
	return data[0] == 0 && memcmp(data, data + 1, size - 1) == 0;
}

/* Write @size bytes, as holes where they are zeros. */
static int put(struct copy *c, size_t size)
{
	for (size_t done = 0; done < size;) {
		size_t run = size - done < BLOCK ? size - done : BLOCK;
		bool hole = c->seeks && is_zero(c->piece + done, run);
		int r = 0;

		while (done + run < size) { /* as many blocks of the same kind as there are */
			size_t next = size - done - run < BLOCK ? size - done - run : BLOCK;

			if (c->seeks && is_zero(c->piece + done + run, next) != hole)
				break;
			run += next;
		}
		if (!hole)
			r = file_write_all(c->out, c->piece + done, run);
		else if (lseek(c->out, (off_t)run, SEEK_CUR) < 0)
			r = -errno;
		if (r < 0)
			return r;
		done += run;
	}
	c->at += size;
	return 0;
}

/* A block that cannot be read. */
static int put_lost(struct copy *c, int why, struct err *err)
{
	if (++c->bad > LOST_MAX)
		return err_errno(err, why, "cannot read %s", c->source);
	memset(c->piece, 0, BLOCK);
	c->lost += BLOCK;
	return put(c, BLOCK);
}

/* Return: bytes that were copied; 0 at the end; -errno. */
static ssize_t copy_piece(struct copy *c, struct err *err)
{
	ssize_t n = pread(c->in, c->piece, PIECE, (off_t)c->at);
	int r;

	if (n < 0 && errno == EINTR)
		return copy_piece(c, err);
	if (n < 0 && (errno == EFAULT || errno == EIO)) /* somewhere in it */
		n = pread(c->in, c->piece, BLOCK - c->at % BLOCK, (off_t)c->at);
	if (n < 0 && (errno == EFAULT || errno == EIO)) {
		r = put_lost(c, -errno, err);
		return r < 0 ? r : BLOCK;
	}
	if (n < 0)
		return err_errno(err, -errno, "cannot read %s", c->source);
	c->bad = 0;
	r = put(c, (size_t)n);
	return r < 0 ? err_errno(err, r, "cannot write") : n;
}

static int copy_all(struct copy *c, sparsecopy_tick *tick, void *ctx, struct err *err)
{
	ssize_t n;

	while ((n = copy_piece(c, err)) > 0)
		tick(ctx, c->at);
	if (n < 0)
		return (int)n;
	if (c->seeks && ftruncate(c->out, (off_t)c->at) < 0)
		return err_errno(err, -errno, "cannot write");
	return 0;
}

int sparsecopy(const char *source, int fd, sparsecopy_tick *tick, void *ctx, uint64_t *ret_lost,
	       struct err *err)
{
	_cleanup_close_ int in = open(source, O_RDONLY | O_CLOEXEC);
	_cleanup_free_ uint8_t *piece = malloc(PIECE);
	struct copy c = { .in = in,
			  .out = fd,
			  .source = source,
			  .seeks = lseek(fd, 0, SEEK_CUR) == 0,
			  .piece = piece };
	int r;

	if (in < 0)
		return err_errno(err, -errno, "cannot open %s", source);
	if (!piece)
		return err_oom(err);
	r = copy_all(&c, tick, ctx, err);
	*ret_lost = c.lost;
	return r;
}
