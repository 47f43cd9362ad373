/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "lib/sha256.h"

const uint32_t sha256_k[64] = {
	0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4,
	0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe,
	0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f,
	0x4a7484aa, 0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7,
	0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc,
	0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b,
	0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116,
	0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
	0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7,
	0xc67178f2,
};

static uint32_t ror(uint32_t v, unsigned int n)
{
	return v >> n | v << (32 - n);
}

static uint32_t load_be32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static void store_be32(uint8_t *p, uint32_t v)
{
	p[0] = (uint8_t)(v >> 24);
	p[1] = (uint8_t)(v >> 16);
	p[2] = (uint8_t)(v >> 8);
	p[3] = (uint8_t)v;
}

/* The functions of FIPS 180-4, section 4.1.2; of choice and majority, the cheaper forms. */
#define CHOICE(x, y, z)   ((((y) ^ (z)) & (x)) ^ (z))
#define MAJORITY(x, y, z) ((((x) | (y)) & (z)) | ((x) & (y)))
#define BIG_0(x)          (ror(x, 2) ^ ror(x, 13) ^ ror(x, 22))
#define BIG_1(x)          (ror(x, 6) ^ ror(x, 11) ^ ror(x, 25))
#define SMALL_0(x)        (ror(x, 7) ^ ror(x, 18) ^ (x) >> 3)
#define SMALL_1(x)        (ror(x, 17) ^ ror(x, 19) ^ (x) >> 10)

/*
 * Round @t, without moving the working variables on: the next one takes them in another order.
 * As a loop that moves them, gcc makes it three times as slow.
 */
#define ROUND(a, b, c, d, e, f, g, h, t)                                                           \
	do {                                                                                       \
		(h) += BIG_1(e) + CHOICE(e, f, g) + sha256_k[t] + w[(t) % 16];                     \
		(d) += (h);                                                                        \
		(h) += BIG_0(a) + MAJORITY(a, b, c);                                               \
	} while (0)

/* Of the message schedule, the words of the next 16 rounds take the place of the last 16's. */
static void schedule(uint32_t w[16])
{
	for (int t = 0; t < 16; t++)
		w[t] += SMALL_1(w[(t + 14) % 16]) + w[(t + 9) % 16] + SMALL_0(w[(t + 1) % 16]);
}

/* FIPS 180-4 section 6.2.2, for one block. */
static void one_block(uint32_t state[8], const uint8_t *data)
{
	uint32_t a = state[0], b = state[1], c = state[2], d = state[3];
	uint32_t e = state[4], f = state[5], g = state[6], h = state[7];
	uint32_t w[16];

	for (int t = 0; t < 16; t++)
		w[t] = load_be32(data + 4 * t);
	for (int t = 0; t < 64; t += 8) {
		if (t > 0 && t % 16 == 0)
			schedule(w);
		ROUND(a, b, c, d, e, f, g, h, t);
		ROUND(h, a, b, c, d, e, f, g, t + 1);
		ROUND(g, h, a, b, c, d, e, f, t + 2);
		ROUND(f, g, h, a, b, c, d, e, t + 3);
		ROUND(e, f, g, h, a, b, c, d, t + 4);
		ROUND(d, e, f, g, h, a, b, c, t + 5);
		ROUND(c, d, e, f, g, h, a, b, t + 6);
		ROUND(b, c, d, e, f, g, h, a, t + 7);
	}
	state[0] += a;
	state[1] += b;
	state[2] += c;
	state[3] += d;
	state[4] += e;
	state[5] += f;
	state[6] += g;
	state[7] += h;
}

static void blocks_portable(uint32_t state[8], const uint8_t *data, size_t count)
{
	for (; count > 0; count--, data += SHA256_BLOCK_SIZE)
		one_block(state, data);
}

void sha256_init(struct sha256 *ctx, bool native)
{
	/* FIPS 180-4 section 5.3.3 */
	static const uint32_t start[8] = { 0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
					   0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19 };

	memcpy(ctx->state, start, sizeof(start));
	ctx->length = 0;
	ctx->blocks = native ? sha256_blocks_native : blocks_portable;
}

void sha256_update(struct sha256 *ctx, const void *data, size_t size)
{
	size_t have = ctx->length % SHA256_BLOCK_SIZE;
	const uint8_t *p = data;

	if (size == 0) /* @data may be NULL then */
		return;
	ctx->length += size;
	if (have > 0) {
		size_t n = SHA256_BLOCK_SIZE - have;

		if (n > size)
			n = size;
		memcpy(ctx->block + have, p, n);
		p += n;
		size -= n;
		if (have + n < SHA256_BLOCK_SIZE)
			return;
		ctx->blocks(ctx->state, ctx->block, 1);
	}
	ctx->blocks(ctx->state, p, size / SHA256_BLOCK_SIZE);
	p += size - size % SHA256_BLOCK_SIZE;
	if (size % SHA256_BLOCK_SIZE > 0)
		memcpy(ctx->block, p, size % SHA256_BLOCK_SIZE);
}

void sha256_update_zeros(struct sha256 *ctx, uint64_t size)
{
	static const uint8_t zeros[4 * SHA256_BLOCK_SIZE];

	while (size > 0) {
		size_t n = size < sizeof(zeros) ? (size_t)size : sizeof(zeros);

		sha256_update(ctx, zeros, n);
		size -= n;
	}
}

void sha256_final(struct sha256 *ctx, uint8_t digest[SHA256_DIGEST_SIZE])
{
	static const uint8_t end = 0x80;
	uint64_t bits = ctx->length * 8;
	uint8_t length[8];

	store_be32(length, (uint32_t)(bits >> 32));
	store_be32(length + 4, (uint32_t)bits);
	sha256_update(ctx, &end, 1);
	sha256_update_zeros(ctx, (2 * SHA256_BLOCK_SIZE - 8 - ctx->length % SHA256_BLOCK_SIZE) %
					 SHA256_BLOCK_SIZE);
	sha256_update(ctx, length, sizeof(length));
	for (int i = 0; i < 8; i++)
		store_be32(digest + 4 * i, ctx->state[i]);
}
