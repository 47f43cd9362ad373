/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * SHA-256 (FIPS 180-4), for the digest that the loader computes over a loaded kernel and
 * that purgatory computes again before it jumps there. Both are built from this source,
 * purgatory freestanding: no library call, no allocation, no global state.
 */
#ifndef LIB_SHA256_H
#define LIB_SHA256_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	SHA256_DIGEST_SIZE = 32, /* bytes */
	SHA256_BLOCK_SIZE = 64,  /* bytes */
};

/** sha256_blocks_fn - fold @count whole blocks at @data into @state. */
typedef void sha256_blocks_fn(uint32_t state[8], const uint8_t *data, size_t count);

/** struct sha256 - a digest in the making; copying it forks it. */
struct sha256 {
	uint32_t state[8];
	uint64_t length; /* bytes so far */
	uint8_t block[SHA256_BLOCK_SIZE];
	sha256_blocks_fn *blocks;
};

/**
 * sha256_init() - start a digest.
 * @native: use the processor's SHA instructions. Only where sha256_native_usable() said so
 *	on this very processor, and with the vector registers enabled.
 */
void sha256_init(struct sha256 *ctx, bool native);

/** sha256_update() - add @size bytes at @data. */
void sha256_update(struct sha256 *ctx, const void *data, size_t size);

/** sha256_update_zeros() - add @size zero bytes. */
void sha256_update_zeros(struct sha256 *ctx, uint64_t size);

/** sha256_final() - write the digest; @ctx must be initialised anew before its next use. */
void sha256_final(struct sha256 *ctx, uint8_t digest[SHA256_DIGEST_SIZE]);

/** sha256_blocks2_fn - the same for two states at once, each with @count blocks of its own. */
typedef void sha256_blocks2_fn(uint32_t state0[8], const uint8_t *data0, uint32_t state1[8],
			       const uint8_t *data1, size_t count);

/**
 * struct sha256_pair - a digest over much memory, made of two lanes. Each step of SHA-256 waits
 * for the one before, so the processor's units for it stand idle half of the time; two digests
 * in lock-step, one over the first half of each piece of memory and one over the second, keep
 * them busy. What counts is the SHA-256 of the two lanes' digests.
 */
struct sha256_pair {
	struct sha256 lanes[2];
	sha256_blocks2_fn *blocks2;
};

/** sha256_pair_init() - start; @native as for sha256_init(). */
void sha256_pair_init(struct sha256_pair *pair, bool native);

/**
 * sha256_pair_update() - add a piece of memory: @have bytes at @data, and zeros behind them.
 * @size: of the piece, in bytes; a multiple of 2 * SHA256_BLOCK_SIZE, not below @have.
 */
void sha256_pair_update(struct sha256_pair *pair, const void *data, size_t have, size_t size);

/** sha256_pair_final() - write the digest; @native as for sha256_pair_init(). */
void sha256_pair_final(struct sha256_pair *pair, bool native, uint8_t digest[SHA256_DIGEST_SIZE]);

/** sha256_k - the round constants, FIPS 180-4 section 4.2.2. */
extern const uint32_t sha256_k[64];

/** sha256_native_usable() - does the processor that runs this have SHA instructions? */
bool sha256_native_usable(void);

/** sha256_blocks_native() - sha256_blocks_fn by the processor's own instructions. */
sha256_blocks_fn sha256_blocks_native;

/** sha256_blocks2_native() - sha256_blocks2_fn by the processor's own instructions. */
sha256_blocks2_fn sha256_blocks2_native;

#endif
