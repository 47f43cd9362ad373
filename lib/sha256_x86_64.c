/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * SHA-256 by the SHA extensions of x86 (Intel SDM volume 2, SHA256RNDS2 and its like), which
 * want the state as {a,b,e,f} and {c,d,g,h}.
 */
#include <cpuid.h>
#include <immintrin.h>

#include "lib/sha256.h"

#define SHA_TARGET __attribute__((target("sha,ssse3,sse4.1")))

bool sha256_native_usable(void)
{
	unsigned int a, b, c, d;
	const unsigned int ssse3 = 1U << 9, sse41 = 1U << 19; /* leaf 1, ECX */
	const unsigned int sha = 1U << 29;                    /* leaf 7, EBX */

	if (!__get_cpuid(1, &a, &b, &c, &d) || !(c & ssse3) || !(c & sse41))
		return false;
	return __get_cpuid_count(7, 0, &a, &b, &c, &d) && (b & sha);
}

/* A digest's state, in the order that the instructions want. */
struct lane {
	__m128i abef;
	__m128i cdgh;
};

SHA_TARGET static inline struct lane load_lane(const uint32_t state[8])
{
	const __m128i *words = (const __m128i *)(const void *)state;
	__m128i cdab = _mm_shuffle_epi32(_mm_loadu_si128(words), 0xb1);
	__m128i efgh = _mm_shuffle_epi32(_mm_loadu_si128(words + 1), 0x1b);

	return (struct lane){ _mm_alignr_epi8(cdab, efgh, 8), _mm_blend_epi16(efgh, cdab, 0xf0) };
}

SHA_TARGET static inline void store_lane(uint32_t state[8], struct lane lane)
{
	__m128i *words = (__m128i *)(void *)state;
	__m128i feba = _mm_shuffle_epi32(lane.abef, 0x1b),
		dchg = _mm_shuffle_epi32(lane.cdgh, 0xb1);

	_mm_storeu_si128(words, _mm_blend_epi16(feba, dchg, 0xf0));
	_mm_storeu_si128(words + 1, _mm_alignr_epi8(dchg, feba, 8));
}

SHA_TARGET static inline struct lane add_lanes(struct lane a, struct lane b)
{
	return (struct lane){ _mm_add_epi32(a.abef, b.abef), _mm_add_epi32(a.cdgh, b.cdgh) };
}

/* The first 16 words of the schedule, four by four: the block itself, big-endian. */
SHA_TARGET static inline __m128i load_words(const uint8_t *data, int i)
{
	const __m128i swap = _mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203);

	return _mm_shuffle_epi8(_mm_loadu_si128((const __m128i *)(const void *)(data + 16 * i)),
				swap);
}

/* The next four words, in the place of the oldest ones. */
SHA_TARGET static inline __m128i next_words(__m128i w[4], int i)
{
	__m128i v = _mm_sha256msg1_epu32(w[i % 4], w[(i + 1) % 4]);

	v = _mm_add_epi32(v, _mm_alignr_epi8(w[(i + 3) % 4], w[(i + 2) % 4], 4));
	w[i % 4] = _mm_sha256msg2_epu32(v, w[(i + 3) % 4]);
	return w[i % 4];
}

/* Round 4 * @i and the three behind it, with schedule words @w. */
SHA_TARGET static inline void four_rounds(struct lane *s, __m128i w, int i)
{
	__m128i k = _mm_loadu_si128((const __m128i *)(const void *)&sha256_k[4 * i]);
	__m128i wk = _mm_add_epi32(w, k);

	s->cdgh = _mm_sha256rnds2_epu32(s->cdgh, s->abef, wk);
	s->abef = _mm_sha256rnds2_epu32(s->abef, s->cdgh, _mm_shuffle_epi32(wk, 0x0e));
}

SHA_TARGET void sha256_blocks_native(uint32_t state[8], const uint8_t *data, size_t count)
{
	struct lane s = load_lane(state);

	for (; count > 0; count--, data += SHA256_BLOCK_SIZE) {
		struct lane old = s;
		__m128i w[4];

#pragma GCC unroll 4
		for (int i = 0; i < 4; i++) {
			w[i] = load_words(data, i);
			four_rounds(&s, w[i], i);
		}
#pragma GCC unroll 12
		for (int i = 4; i < 16; i++)
			four_rounds(&s, next_words(w, i), i);
		s = add_lanes(s, old);
	}
	store_lane(state, s);
}

/* Each step of one lane stands beside the other's, which does not wait for it. */
SHA_TARGET void sha256_blocks2_native(uint32_t state0[8], const uint8_t *data0, uint32_t state1[8],
				      const uint8_t *data1, size_t count)
{
	struct lane s = load_lane(state0), t = load_lane(state1);

	for (; count > 0; count--, data0 += SHA256_BLOCK_SIZE, data1 += SHA256_BLOCK_SIZE) {
		struct lane old_s = s, old_t = t;
		__m128i w[4], v[4];

#pragma GCC unroll 4
		for (int i = 0; i < 4; i++) {
			w[i] = load_words(data0, i);
			v[i] = load_words(data1, i);
			four_rounds(&s, w[i], i);
			four_rounds(&t, v[i], i);
		}
#pragma GCC unroll 12
		for (int i = 4; i < 16; i++) {
			__m128i x = next_words(w, i), y = next_words(v, i);

			four_rounds(&s, x, i);
			four_rounds(&t, y, i);
		}
		s = add_lanes(s, old_s);
		t = add_lanes(t, old_t);
	}
	store_lane(state0, s);
	store_lane(state1, t);
}
