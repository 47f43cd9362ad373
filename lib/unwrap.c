/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "config.h"

#if HAVE_ZLIB
#include <zlib.h>
#endif
#if HAVE_LZMA
#include <lzma.h>
#endif
#if HAVE_ZSTD
#include <sys/mman.h>
#include <zstd.h>
#include <zstd_errors.h>
#endif

#include "lib/scratch.h"
#include "lib/unwrap.h"

enum {
	STEP = 256 << 10, /* bytes decompressed at a time */
};

/* Where decompressed bytes go; counts them against the cap. */
struct sink {
	int fd;
	size_t size;
	size_t max;
	const char *name;
	size_t read; /* bytes that the compressed stream had */
};

static int too_much(const struct sink *sink, struct err *err)
{
	return err_set(err, -EFBIG, "%s: unpacks to more than %zu bytes", sink->name, sink->max);
}

_unused_ static int sink_write(struct sink *sink, const void *data, size_t size, struct err *err)
{
	int r;

	if (size > sink->max - sink->size)
		return too_much(sink, err);
	r = file_write_all(sink->fd, data, size);
	if (r < 0)
		return err_errno(err, r, "%s: cannot keep the unpacked contents", sink->name);
	sink->size += size;
	return 0;
}

/* A decompressor: @in to @sink, using the @step bytes of @buf. */
typedef int unwrap_fn(struct bytes in, struct sink *sink, uint8_t *buf, struct err *err);

_unused_ static int damaged(const struct sink *sink, const char *format, const char *what,
			    struct err *err)
{
	return err_set(err, -EBADMSG, "%s: %s data is %s", sink->name, format, what);
}

#if HAVE_ZLIB
static void end_inflate(z_stream *z)
{
	inflateEnd(z);
}

static int unwrap_gzip(struct bytes in, struct sink *sink, uint8_t *buf, struct err *err)
{
	_cleanup_(end_inflate) z_stream z = { .next_in = (Bytef *)in.data };
	size_t left = in.size;
	int r, zr = Z_OK;

	if (inflateInit2(&z, 16 + MAX_WBITS) != Z_OK) /* 16: a gzip header is expected */
		return err_oom(err);
	while (zr != Z_STREAM_END) {
		if (z.avail_in == 0 && left > 0) {
			z.avail_in = left > UINT_MAX ? UINT_MAX : (uInt)left;
			left -= z.avail_in;
		}
		z.next_out = buf;
		z.avail_out = STEP;
		zr = inflate(&z, Z_NO_FLUSH);
		if (zr == Z_MEM_ERROR)
			return err_oom(err);
		if (zr == Z_BUF_ERROR)
			return damaged(sink, "gzip", "cut short", err);
		if (zr != Z_OK && zr != Z_STREAM_END)
			return damaged(sink, "gzip", "damaged", err);
		r = sink_write(sink, buf, STEP - z.avail_out, err);
		if (r < 0)
			return r;
	}
	sink->read = in.size - left - z.avail_in;
	return 0;
}
#else
#define unwrap_gzip NULL
#endif

#if HAVE_LZMA
/* Bytes of memory that a dictionary may take; xz -9 needs 64 MiB, kernels 128 at most. */
#define LZMA_MEMORY_MAX (UINT64_C(256) << 20)

static int unwrap_lzma(struct bytes in, struct sink *sink, uint8_t *buf, struct err *err)
{
	_cleanup_(lzma_end) lzma_stream s = LZMA_STREAM_INIT;
	lzma_ret lr;
	int r;

	if (lzma_auto_decoder(&s, LZMA_MEMORY_MAX, 0) != LZMA_OK)
		return err_oom(err);
	s.next_in = in.data;
	s.avail_in = in.size;
	do {
		s.next_out = buf;
		s.avail_out = STEP;
		lr = lzma_code(&s, LZMA_RUN);
		if (lr == LZMA_MEM_ERROR)
			return err_oom(err);
		if (lr == LZMA_BUF_ERROR)
			return damaged(sink, "xz/lzma", "cut short", err);
		if (lr == LZMA_MEMLIMIT_ERROR)
			return damaged(sink, "xz/lzma", "asking for too much memory", err);
		if (lr != LZMA_OK && lr != LZMA_STREAM_END)
			return damaged(sink, "xz/lzma", "damaged", err);
		r = sink_write(sink, buf, STEP - s.avail_out, err);
		if (r < 0)
			return r;
	} while (lr != LZMA_STREAM_END);
	sink->read = in.size - s.avail_in;
	return 0;
}
#else
#define unwrap_lzma NULL
#endif

#if HAVE_ZSTD
enum { ZSTD_WINDOW_LOG_MAX = 27 }; /* 128 MiB, what zstd --ultra -22 uses */

static void free_dstream(ZSTD_DStream **z)
{
	ZSTD_freeDStream(*z);
}

/*
 * A frame that tells its size is unpacked to where it is to be, in one go: no window of up to
 * the same size is needed beside it. The room is taken first, as there is no error for a
 * mapping that turns out to have none behind it.
 */
static int unwrap_zstd_frame(struct bytes in, size_t size, struct sink *sink, struct err *err)
{
	size_t packed = ZSTD_findFrameCompressedSize(in.data, in.size), got;
	void *out;
	int r;

	if (ZSTD_isError(packed))
		return damaged(sink, "zstd",
			       ZSTD_getErrorCode(packed) == ZSTD_error_srcSize_wrong ? "cut short"
										     : "damaged",
			       err);
	r = posix_fallocate(sink->fd, 0, (off_t)size);
	if (r != 0)
		return err_errno(err, -r, "%s: cannot keep the unpacked contents", sink->name);
	out = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, sink->fd, 0);
	if (out == MAP_FAILED)
		return err_errno(err, -errno, "%s: cannot keep the unpacked contents", sink->name);
	got = ZSTD_decompress(out, size, in.data, packed);
	munmap(out, size);
	if (ZSTD_isError(got) || got != size)
		return damaged(sink, "zstd", "damaged", err);
	sink->size = size;
	sink->read = packed;
	return 0;
}

static int unwrap_zstd(struct bytes in, struct sink *sink, uint8_t *buf, struct err *err)
{
	_cleanup_(free_dstream) ZSTD_DStream *z = ZSTD_createDStream();
	unsigned long long claimed = ZSTD_getFrameContentSize(in.data, in.size);
	ZSTD_inBuffer src = { in.data, in.size, 0 };
	size_t need;
	int r;

	if (!z)
		return err_oom(err);
	if (claimed != ZSTD_CONTENTSIZE_UNKNOWN && claimed != ZSTD_CONTENTSIZE_ERROR) {
		if (claimed > sink->max)
			return too_much(sink, err);
		if (claimed > 0)
			return unwrap_zstd_frame(in, (size_t)claimed, sink, err);
	}
	ZSTD_DCtx_setParameter(z, ZSTD_d_windowLogMax, ZSTD_WINDOW_LOG_MAX);
	do {
		ZSTD_outBuffer dst = { buf, STEP, 0 };

		need = ZSTD_decompressStream(z, &dst, &src);
		if (ZSTD_isError(need))
			return damaged(sink, "zstd", "damaged", err);
		r = sink_write(sink, buf, dst.pos, err);
		if (r < 0)
			return r;
		if (need > 0 && dst.pos < dst.size && src.pos == src.size)
			return damaged(sink, "zstd", "cut short", err);
	} while (need > 0);
	sink->read = src.pos;
	return 0;
}
#else
#define unwrap_zstd NULL
#endif

/*
 * lzma-alone has no magic: one byte of properties (0x5d for the usual lc=3 lp=0 pb=2), a
 * dictionary size that is a power of two or a sum of two, and an unpacked size that is
 * unknown (all ones) or below 1 TiB (xz: lzma-file-format.txt).
 */
static bool is_lzma_alone(struct bytes in)
{
	uint32_t dict;
	uint64_t size;

	if (!bytes_le32(in, 1, &dict) || !bytes_le64(in, 5, &size))
		return false;
	return in.data[0] == 0x5d && dict >= 4096 && (dict & (dict - 1) & 0xfff) == 0 &&
	       (size == UINT64_MAX || size < UINT64_C(1) << 40);
}

static bool is_gzip(struct bytes in)
{
	return bytes_has(in, 0, "\x1f\x8b\x08", 3);
}

static bool is_xz(struct bytes in)
{
	return bytes_has(in, 0,
			 "\xfd"
			 "7zXZ",
			 6);
}

static bool is_zstd(struct bytes in)
{
	return bytes_has(in, 0, "\x28\xb5\x2f\xfd", 4);
}

static const struct format {
	const char *name;
	bool (*is)(struct bytes in);
	unwrap_fn *fn; /* NULL: not built in */
} formats[] = {
	{ "gzip", is_gzip, unwrap_gzip },
	{ "xz", is_xz, unwrap_lzma },
	{ "zstd", is_zstd, unwrap_zstd },
	{ "lzma", is_lzma_alone, unwrap_lzma },
};

const char *unwrap_format(struct bytes in)
{
	for (size_t i = 0; i < ARRAY_SIZE(formats); i++)
		if (formats[i].is(in))
			return formats[i].name;
	return NULL;
}

static unwrap_fn *find(const char *format)
{
	for (size_t i = 0; i < ARRAY_SIZE(formats); i++)
		if (strcmp(formats[i].name, format) == 0)
			return formats[i].fn;
	return NULL;
}

/* What follows the stream, other than zeros to fill a sector. */
static bool has_more(struct bytes in, const struct sink *sink)
{
	for (size_t i = sink->read; i < in.size; i++)
		if (in.data[i] != 0)
			return true;
	return false;
}

/* @whole: a stream with something behind it is UNWRAP_NOT_MINE. */
static int unwrap_stream(const char *format, struct bytes in, size_t max, bool whole,
			 const char *name, struct mapping *ret, struct err *err)
{
	_cleanup_close_ int fd = -1;
	_cleanup_free_ uint8_t *buf = NULL;
	struct sink sink = { .max = max, .name = name };
	unwrap_fn *fn = find(format);
	int r;

	if (!fn) {
		err_set(err, -ENOTSUP, "%s: is %s-compressed, which this build cannot unpack", name,
			format);
		return err_hint(err, -ENOTSUP, "unpack it first, or build with that library");
	}
	fd = scratch_open(err);
	if (fd < 0)
		return err_prefix(err, fd, "%s", name);
	buf = malloc(STEP);
	if (!buf)
		return err_oom(err);
	sink.fd = fd;
	r = fn(in, &sink, buf, err);
	if (r == 0 && whole && has_more(in, &sink))
		return UNWRAP_NOT_MINE;
	if (r == 0)
		r = scratch_map(fd, name, ret, err);
	if (r == 0)
		fd = -1;
	return r;
}

int unwrap_as(const char *format, struct bytes in, size_t max, const char *name,
	      struct mapping *ret, struct err *err)
{
	return unwrap_stream(format, in, max, false, name, ret, err);
}

int unwrap_whole(struct bytes in, size_t max, const char *name, struct mapping *ret,
		 struct err *err)
{
	const char *format = unwrap_format(in);

	if (!format)
		return UNWRAP_NOT_MINE;
	return unwrap_stream(format, in, max, true, name, ret, err);
}

int unwrap(struct bytes in, size_t max, const char *name, struct mapping *ret, struct err *err)
{
	const char *format = unwrap_format(in);

	return format ? unwrap_as(format, in, max, name, ret, err) : UNWRAP_NOT_MINE;
}
