/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Contents compressed by the libraries themselves, unwrapped again; whole, cut short, damaged. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <lzma.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include "lib/unwrap.h"

/* More than unwrap() writes at a time, and not a multiple of it. */
enum { SIZE = 600001, ROOM = SIZE + 100000 };

static uint8_t plain[SIZE];
static uint8_t packed[ROOM];

static size_t pack_gzip(const uint8_t *in, size_t size)
{
	z_stream z = { .next_in = (Bytef *)in, .avail_in = (uInt)size };

	assert_int_equal(deflateInit2(&z, 6, Z_DEFLATED, 16 + MAX_WBITS, 8, 0), Z_OK);
	z.next_out = packed;
	z.avail_out = ROOM;
	assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
	deflateEnd(&z);
	return ROOM - z.avail_out;
}

static size_t pack_xz(const uint8_t *in, size_t size)
{
	size_t used = 0;

	assert_int_equal(lzma_easy_buffer_encode(6, LZMA_CHECK_CRC32, NULL, in, size, packed, &used,
						 ROOM),
			 LZMA_OK);
	return used;
}

static size_t pack_lzma(const uint8_t *in, size_t size)
{
	lzma_stream s = LZMA_STREAM_INIT;
	lzma_options_lzma options;

	assert_false(lzma_lzma_preset(&options, 6));
	assert_int_equal(lzma_alone_encoder(&s, &options), LZMA_OK);
	s.next_in = in;
	s.avail_in = size;
	s.next_out = packed;
	s.avail_out = ROOM;
	assert_int_equal(lzma_code(&s, LZMA_FINISH), LZMA_STREAM_END);
	lzma_end(&s);
	return ROOM - s.avail_out;
}

static size_t pack_zstd(const uint8_t *in, size_t size)
{
	ZSTD_CCtx *ctx = ZSTD_createCCtx();
	size_t used;

	assert_non_null(ctx);
	ZSTD_CCtx_setParameter(ctx, ZSTD_c_checksumFlag, 1);
	used = ZSTD_compress2(ctx, packed, ROOM, in, size);
	assert_false(ZSTD_isError(used));
	ZSTD_freeCCtx(ctx);
	return used;
}

/* As a pipe is packed, whose length nobody knows: the frame does not tell it. */
static size_t pack_zstd_stream(const uint8_t *in, size_t size)
{
	ZSTD_CCtx *ctx = ZSTD_createCCtx();
	ZSTD_outBuffer out = { packed, ROOM, 0 };
	ZSTD_inBuffer src = { in, size, 0 };

	assert_non_null(ctx);
	ZSTD_CCtx_setParameter(ctx, ZSTD_c_checksumFlag, 1);
	while (src.pos < src.size)
		assert_false(ZSTD_isError(ZSTD_compressStream2(ctx, &out, &src, ZSTD_e_continue)));
	assert_int_equal(ZSTD_compressStream2(ctx, &out, &src, ZSTD_e_end), 0);
	ZSTD_freeCCtx(ctx);
	return out.pos;
}

static const struct packer {
	const char *name;
	size_t (*pack)(const uint8_t *in, size_t size);
} packers[] = {
	{ "gzip", pack_gzip },        { "xz", pack_xz },
	{ "xz/lzma", pack_lzma },     { "zstd", pack_zstd },
	{ "zstd", pack_zstd_stream },
};

static int make_plain(_unused_ void **state)
{
	uint32_t x = 1;

	for (size_t i = 0; i < SIZE; i++) {
		x = x * 1103515245 + 12345;
		plain[i] = (uint8_t)(x >> 16 & 0x3f); /* compressible, but not very */
	}
	return 0;
}

/* Unwrap the first @size packed bytes, from a heap block of just that size. */
static int unwrap_packed(size_t size, size_t max, struct mapping *m, struct err *err)
{
	_cleanup_free_ uint8_t *copy = malloc(size + 1);

	assert_non_null(copy);
	memcpy(copy + 1, packed, size); /* unaligned, too */
	return unwrap((struct bytes){ copy + 1, size }, max, "it", m, err);
}

static void check_plain(size_t packed_size, size_t max, size_t plain_size)
{
	_cleanup_(mapping_close) struct mapping m = MAPPING_INIT;
	struct err err = ERR_INIT;

	assert_int_equal(unwrap_packed(packed_size, max, &m, &err), 0);
	assert_int_equal(m.bytes.size, plain_size);
	if (plain_size > 0)
		assert_memory_equal(m.bytes.data, plain, plain_size);
	assert_int_equal(lseek(m.fd, 0, SEEK_END), plain_size); /* the descriptor has it, too */
}

static void check_refused(size_t packed_size, size_t max, int error, const char *text)
{
	struct mapping m = MAPPING_INIT;
	struct err err = ERR_INIT;

	assert_int_equal(unwrap_packed(packed_size, max, &m, &err), error);
	assert_non_null(strstr(err.text, "it"));
	assert_non_null(strstr(err.text, text));
	assert_int_equal(m.fd, -1);
	assert_null(m.bytes.data);
}

static void test_whole(_unused_ void **state)
{
	for (size_t i = 0; i < ARRAY_SIZE(packers); i++) {
		size_t size = packers[i].pack(plain, SIZE);

		check_plain(size, SIZE, SIZE);
		memset(packed + size, 0x5a, 100); /* what follows is left alone */
		check_plain(size + 100, SIZE, SIZE);
		check_refused(size, SIZE - 1, -EFBIG, "unpacks to more than 600000 bytes");
		check_refused(size, 0, -EFBIG, "unpacks to more than 0 bytes");
		check_plain(packers[i].pack(plain, 1), SIZE, 1);
	}
}

/* unwrap_whole() takes nothing that has more than one stream in it. */
static void test_one_stream_only(_unused_ void **state)
{
	for (size_t i = 0; i < ARRAY_SIZE(packers); i++) {
		_cleanup_(mapping_close) struct mapping m = MAPPING_INIT;
		size_t size = packers[i].pack(plain, SIZE);
		struct bytes in = { packed, size };

		assert_int_equal(unwrap_whole(in, SIZE, "it", &m, NULL), 0);
		assert_int_equal(m.bytes.size, SIZE);
		mapping_close(&m);
		memset(packed + size, 0, 512); /* a sector filled up */
		in.size = size + 512;
		assert_int_equal(unwrap_whole(in, SIZE, "it", &m, NULL), 0);
		assert_memory_equal(m.bytes.data, plain, SIZE);
		packed[size + 511] = 1;
		assert_int_equal(unwrap_whole(in, SIZE, "it", &m, NULL), UNWRAP_NOT_MINE);
		in.size = size - 1;
		assert_int_equal(unwrap_whole(in, SIZE, "it", &m, NULL), -EBADMSG);
	}
	assert_int_equal(unwrap_whole((struct bytes){ plain, 100 }, SIZE, "it", NULL, NULL),
			 UNWRAP_NOT_MINE);
}

static void test_empty_contents(_unused_ void **state)
{
	for (size_t i = 0; i < ARRAY_SIZE(packers); i++)
		check_plain(packers[i].pack(plain, 0), 0, 0);
}

static void test_cut_short(_unused_ void **state)
{
	for (size_t i = 0; i < ARRAY_SIZE(packers); i++) {
		size_t size = packers[i].pack(plain, SIZE);

		check_refused(size - 1, SIZE, -EBADMSG, packers[i].name);
		check_refused(size / 2, SIZE, -EBADMSG, "cut short");
		check_refused(14, SIZE, -EBADMSG, "cut short");
	}
}

static void test_damaged(_unused_ void **state)
{
	/* lzma-alone has no checksum: what is damaged may unpack to something else. */
	for (size_t i = 0; i < ARRAY_SIZE(packers); i++) {
		size_t size = packers[i].pack(plain, SIZE);

		if (packers[i].pack == pack_lzma)
			continue;
		memset(packed + size / 2, 0xff, 64);
		check_refused(size, SIZE, -EBADMSG, packers[i].name);
	}
}

static void test_not_mine(_unused_ void **state)
{
	static const char *const texts[] = {
		"", "x", "\x1f\x8b", "MZ and more of it", "\x28\xb5\x2f", "]]]]]]]]]]]]]]]"
	};
	struct mapping m = MAPPING_INIT;
	struct err err = ERR_INIT;

	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		struct bytes in = { (const uint8_t *)texts[i], strlen(texts[i]) };

		assert_int_equal(unwrap(in, SIZE, "it", &m, &err), UNWRAP_NOT_MINE);
	}
	assert_int_equal(unwrap((struct bytes){ NULL, 0 }, SIZE, "it", &m, &err), UNWRAP_NOT_MINE);
	assert_int_equal(m.fd, -1);
}

static void test_formats(_unused_ void **state)
{
	static const char *const formats[] = { "gzip", "xz", "lzma", "zstd", "zstd" };

	for (size_t i = 0; i < ARRAY_SIZE(packers); i++) {
		size_t size = packers[i].pack(plain, SIZE);

		assert_string_equal(unwrap_format((struct bytes){ packed, size }), formats[i]);
	}
	assert_null(unwrap_format((struct bytes){ plain, SIZE }));
	assert_null(unwrap_format((struct bytes){ NULL, 0 }));
}

/* By its name a format is taken at its word, however the bytes look. */
static void test_as(_unused_ void **state)
{
	_cleanup_(mapping_close) struct mapping m = MAPPING_INIT;
	struct err err = ERR_INIT;
	struct bytes in = { packed, pack_gzip(plain, SIZE) };

	assert_int_equal(unwrap_as("gzip", in, SIZE, "it", &m, &err), 0);
	assert_memory_equal(m.bytes.data, plain, SIZE);
	mapping_close(&m);
	assert_int_equal(unwrap_as("zstd", in, SIZE, "it", &m, &err), -EBADMSG);
	assert_string_equal(err.text, "it: zstd data is damaged");
	packed[0] = 0;
	assert_int_equal(unwrap_as("gzip", in, SIZE, "it", &m, &err), -EBADMSG);
	assert_string_equal(err.text, "it: gzip data is damaged");
	assert_int_equal(unwrap_as("lz4", in, SIZE, "it", &m, &err), -ENOTSUP);
	assert_non_null(strstr(err.text, "it: is lz4-compressed"));
	assert_int_equal(m.fd, -1);
}

/* A frame that says how much it holds is refused at once: its header is all there is of it. */
static void test_claims(_unused_ void **state)
{
	static const uint8_t header[] = {
		0x28, 0xb5, 0x2f, 0xfd, 0xc0, 0x58, 0, 0, 0, 0, 2, 0, 0, 0
	};
	struct mapping m = MAPPING_INIT;
	struct err err = ERR_INIT;
	struct bytes in = { header, sizeof(header) };

	assert_int_equal(unwrap(in, ((size_t)8 << 30) - 1, "it", &m, &err), -EFBIG);
	assert_string_equal(err.text, "it: unpacks to more than 8589934591 bytes");
	assert_int_equal(unwrap(in, (size_t)2 << 32, "it", &m, &err), -EBADMSG);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_whole),          cmocka_unit_test(test_one_stream_only),
		cmocka_unit_test(test_empty_contents), cmocka_unit_test(test_cut_short),
		cmocka_unit_test(test_damaged),        cmocka_unit_test(test_not_mine),
		cmocka_unit_test(test_formats),        cmocka_unit_test(test_as),
		cmocka_unit_test(test_claims),
	};

	return cmocka_run_group_tests(tests, make_plain, NULL);
}
