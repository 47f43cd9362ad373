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

/*
 * One round, FIPS 180-4 section 6.2.2, step 3. Instead of moving the eight words along, the next
 * round names them one place further; so @v has to be a constant when this is inlined.
 */
static inline __attribute__((always_inline)) void round_at(uint32_t s[8], unsigned int v,
							   uint32_t wk)
{
	uint32_t a = s[(0 - v) & 7], b = s[(1 - v) & 7], c = s[(2 - v) & 7];
	uint32_t e = s[(4 - v) & 7], f = s[(5 - v) & 7], g = s[(6 - v) & 7];
	uint32_t t1 =
		s[(7 - v) & 7] + (ror(e, 6) ^ ror(e, 11) ^ ror(e, 25)) + (g ^ (e & (f ^ g))) + wk;

	s[(3 - v) & 7] += t1;
	s[(7 - v) & 7] = t1 + (ror(a, 2) ^ ror(a, 13) ^ ror(a, 22)) + ((a & b) | (c & (a | b)));
}

/* The schedule's word for round @t + 16, in the place of that for round @t. */
static inline __attribute__((always_inline)) void next_word(uint32_t w[16], unsigned int t)
{
	uint32_t x = w[(t + 1) & 15], y = w[(t + 14) & 15];

	w[t] += (ror(x, 7) ^ ror(x, 18) ^ x >> 3) + w[(t + 9) & 15] +
		(ror(y, 17) ^ ror(y, 19) ^ y >> 10);
}

/* FIPS 180-4 section 6.2.2, for one block; the last 16 rounds need no further words. */
static void one_block(uint32_t state[8], const uint8_t *data)
{
	uint32_t w[16], s[8];

	for (int t = 0; t < 16; t++)
		w[t] = load_be32(data + 4 * t);
	for (int i = 0; i < 8; i++)
		s[i] = state[i];
	for (unsigned int group = 0; group < 48; group += 16) {
#pragma GCC unroll 16
		for (unsigned int t = 0; t < 16; t++) {
			round_at(s, t, sha256_k[group + t] + w[t]);
			next_word(w, t);
		}
	}
	for (unsigned int t = 0; t < 16; t += 8) {
#pragma GCC unroll 8
		for (unsigned int i = 0; i < 8; i++)
			round_at(s, i, sha256_k[48 + t + i] + w[t + i]);
	}
	for (int i = 0; i < 8; i++)
		state[i] += s[i];
}

static void blocks_portable(uint32_t state[8], const uint8_t *data, size_t count)
{
	for (; count > 0; count--, data += SHA256_BLOCK_SIZE)
		one_block(state, data);
}

static void blocks2_portable(uint32_t state0[8], const uint8_t *data0, uint32_t state1[8],
			     const uint8_t *data1, size_t count)
{
	blocks_portable(state0, data0, count);
	blocks_portable(state1, data1, count);
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

void sha256_pair_init(struct sha256_pair *pair, bool native)
{
	sha256_init(&pair->lanes[0], native);
	sha256_init(&pair->lanes[1], native);
	pair->blocks2 = native ? sha256_blocks2_native : blocks2_portable;
}

void sha256_pair_update(struct sha256_pair *pair, const void *data, size_t have, size_t size)
{
	const uint8_t *p = data;
	size_t half = size / 2;
	size_t have0 = have < half ? have : half;
	size_t have1 = have - have0;
	size_t both = have1 - have1 % SHA256_BLOCK_SIZE; /* the second lane never has more */

	if (both > 0)
		pair->blocks2(pair->lanes[0].state, p, pair->lanes[1].state, p + half,
			      both / SHA256_BLOCK_SIZE);
	pair->lanes[0].length += both;
	pair->lanes[1].length += both;
	if (have0 > both)
		sha256_update(&pair->lanes[0], p + both, have0 - both);
	if (have1 > both)
		sha256_update(&pair->lanes[1], p + half + both, have1 - both);
	sha256_update_zeros(&pair->lanes[0], half - have0);
	sha256_update_zeros(&pair->lanes[1], half - have1);
}

void sha256_pair_final(struct sha256_pair *pair, bool native, uint8_t digest[SHA256_DIGEST_SIZE])
{
	struct sha256 both;

	sha256_init(&both, native);
	for (int i = 0; i < 2; i++) {
		sha256_final(&pair->lanes[i], digest);
		sha256_update(&both, digest, SHA256_DIGEST_SIZE);
	}
	sha256_final(&both, digest);
}
