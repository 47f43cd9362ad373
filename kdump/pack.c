/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config.h"

#if HAVE_ZLIB
#include <zlib.h>
#endif
#if HAVE_ZSTD
#include <zstd.h>
#endif

#include "lib/file.h"

#include "kdump/kconfig.h"
#include "kdump/pack.h"

enum {
	OUT_SIZE = 64 << 10,
	GZIP_WINDOW = 15 + 16, /* zlib.h: the largest window, and a gzip header */
	ZSTD_LEVEL = 9,
	/* Bytes, as a power of two, that the kernel must set aside to unpack: 2 MiB. */
	ZSTD_WINDOW_LOG = 21,
};

struct packer {
	enum pack_format format;
	int fd;
#if HAVE_ZLIB
	z_stream gzip;
#endif
#if HAVE_ZSTD
	ZSTD_CCtx *zstd;
#endif
	unsigned char out[OUT_SIZE];
};

static int write_out(struct packer *p, const void *data, size_t size, struct err *err)
{
	int r = file_write_all(p->fd, data, size);

	return r < 0 ? err_errno(err, r, "cannot write the image") : 0;
}

static int plain_start(struct packer *p _unused_)
{
	return 0;
}

static int plain_feed(struct packer *p, const void *data, size_t size, bool last _unused_,
		      struct err *err)
{
	return write_out(p, data, size, err);
}

static void plain_end(struct packer *p _unused_)
{
}

#if HAVE_ZLIB
static int gzip_start(struct packer *p)
{
	return deflateInit2(&p->gzip, Z_DEFAULT_COMPRESSION, Z_DEFLATED, GZIP_WINDOW, 8,
			    Z_DEFAULT_STRATEGY) == Z_OK
		       ? 0
		       : -ENOMEM;
}

static int gzip_feed(struct packer *p, const void *data, size_t size, bool last, struct err *err)
{
	const unsigned char *in = data;
	int r = 0;

	do {
		size_t step = size < (1U << 30) ? size : 1U << 30;

		p->gzip.next_in = (unsigned char *)in;
		p->gzip.avail_in = (unsigned int)step;
		do {
			p->gzip.next_out = p->out;
			p->gzip.avail_out = sizeof(p->out);
			deflate(&p->gzip, last ? Z_FINISH : Z_NO_FLUSH);
			r = write_out(p, p->out, sizeof(p->out) - p->gzip.avail_out, err);
		} while (r == 0 && p->gzip.avail_out == 0);
		in += step;
		size -= step;
	} while (r == 0 && size > 0);
	return r;
}

static void gzip_end(struct packer *p)
{
	deflateEnd(&p->gzip);
}
#endif

#if HAVE_ZSTD
static int zstd_start(struct packer *p)
{
	p->zstd = ZSTD_createCCtx();
	if (!p->zstd)
		return -ENOMEM;
	ZSTD_CCtx_setParameter(p->zstd, ZSTD_c_compressionLevel, ZSTD_LEVEL);
	ZSTD_CCtx_setParameter(p->zstd, ZSTD_c_windowLog, ZSTD_WINDOW_LOG);
	return 0;
}

static int zstd_feed(struct packer *p, const void *data, size_t size, bool last, struct err *err)
{
	ZSTD_inBuffer in = { data, size, 0 };
	size_t left;
	int r;

	do {
		ZSTD_outBuffer out = { p->out, sizeof(p->out), 0 };

		left = ZSTD_compressStream2(p->zstd, &out, &in,
					    last ? ZSTD_e_end : ZSTD_e_continue);
		if (ZSTD_isError(left))
			return err_set(err, -EIO, "zstd: %s", ZSTD_getErrorName(left));
		r = write_out(p, p->out, out.pos, err);
	} while (r == 0 && (last ? left > 0 : in.pos < in.size));
	return r;
}

static void zstd_end(struct packer *p)
{
	ZSTD_freeCCtx(p->zstd);
}
#endif

/* Best last. A row without functions is a format that was not built in. */
static const struct {
	const char *name;
	const char *config; /* the kernel's option for unpacking it */
	int (*start)(struct packer *p);
	int (*feed)(struct packer *p, const void *data, size_t size, bool last, struct err *err);
	void (*end)(struct packer *p);
} formats[] = {
	[PACK_NONE] = { "none", "CONFIG_BLK_DEV_INITRD", plain_start, plain_feed, plain_end },
#if HAVE_ZLIB
	[PACK_GZIP] = { "gzip", "CONFIG_RD_GZIP", gzip_start, gzip_feed, gzip_end },
#else
	[PACK_GZIP] = { "gzip", "CONFIG_RD_GZIP", NULL, NULL, NULL },
#endif
#if HAVE_ZSTD
	[PACK_ZSTD] = { "zstd", "CONFIG_RD_ZSTD", zstd_start, zstd_feed, zstd_end },
#else
	[PACK_ZSTD] = { "zstd", "CONFIG_RD_ZSTD", NULL, NULL, NULL },
#endif
};

const char *pack_name(enum pack_format format)
{
	return formats[format].name;
}

enum pack_format pack_choose(const struct sysroot *root, const char *version)
{
	_cleanup_(kconfig_done) struct kconfig config = { .text = NULL };

	if (kconfig_read(root, version, &config, NULL) < 0)
		return formats[PACK_GZIP].start ? PACK_GZIP : PACK_NONE;
	for (size_t i = ARRAY_SIZE(formats); i-- > 0;)
		if (formats[i].start && kconfig_has(&config, formats[i].config))
			return (enum pack_format)i;
	return PACK_NONE;
}

int packer_new(enum pack_format format, int fd, struct packer **ret, struct err *err)
{
	_cleanup_free_ struct packer *p = NULL;

	if (!formats[format].start)
		return err_set(err, -ENOTSUP, "support for %s was not built in",
			       formats[format].name);
	p = calloc(1, sizeof(*p));
	if (!p)
		return err_oom(err);
	p->format = format;
	p->fd = fd;
	if (formats[format].start(p) < 0)
		return err_oom(err);
	*ret = TAKE_PTR(p);
	return 0;
}

int packer_write(void *ctx, const void *data, size_t size, struct err *err)
{
	struct packer *p = ctx;

	return formats[p->format].feed(p, data, size, false, err);
}

int packer_finish(struct packer *p, struct err *err)
{
	return formats[p->format].feed(p, "", 0, true, err);
}

void packer_free(struct packer *p)
{
	if (!p)
		return;
	formats[p->format].end(p);
	free(p);
}
