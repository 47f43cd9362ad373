/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * SHA-256 by the SHA extensions of x86 (Intel SDM volume 2, SHA256RNDS2 and its like).
 * The two state registers hold {a,b,e,f} and {c,d,g,h}, as SHA256RNDS2 wants them.
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

/* Four rounds: @wk holds the four schedule words plus their constants. */
SHA_TARGET static inline void four_rounds(__m128i *abef, __m128i *cdgh, __m128i wk)
{
	*cdgh = _mm_sha256rnds2_epu32(*cdgh, *abef, wk);
	*abef = _mm_sha256rnds2_epu32(*abef, *cdgh, _mm_shuffle_epi32(wk, 0x0e));
}

SHA_TARGET static inline __m128i constants(int group)
{
	return _mm_loadu_si128((const __m128i *)(const void *)&sha256_k[4 * group]);
}

SHA_TARGET static void one_block(__m128i *abef, __m128i *cdgh, const uint8_t *data)
{
	const __m128i swap = _mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203);
	__m128i w[4];

#pragma GCC unroll 4
	for (int i = 0; i < 4; i++) {
		w[i] = _mm_loadu_si128((const __m128i *)(const void *)(data + 16 * i));
		w[i] = _mm_shuffle_epi8(w[i], swap);
		four_rounds(abef, cdgh, _mm_add_epi32(w[i], constants(i)));
	}
#pragma GCC unroll 12
	for (int i = 4; i < 16; i++) {
		__m128i v = _mm_sha256msg1_epu32(w[i % 4], w[(i + 1) % 4]);

		v = _mm_add_epi32(v, _mm_alignr_epi8(w[(i + 3) % 4], w[(i + 2) % 4], 4));
		w[i % 4] = _mm_sha256msg2_epu32(v, w[(i + 3) % 4]);
		four_rounds(abef, cdgh, _mm_add_epi32(w[i % 4], constants(i)));
	}
}

SHA_TARGET void sha256_blocks_native(uint32_t state[8], const uint8_t *data, size_t count)
{
	__m128i *words = (__m128i *)(void *)state;
	__m128i dcba = _mm_loadu_si128(words), hgfe = _mm_loadu_si128(words + 1);
	__m128i cdab = _mm_shuffle_epi32(dcba, 0xb1), efgh = _mm_shuffle_epi32(hgfe, 0x1b);
	__m128i abef = _mm_alignr_epi8(cdab, efgh, 8);
	__m128i cdgh = _mm_blend_epi16(efgh, cdab, 0xf0);

	for (; count > 0; count--, data += SHA256_BLOCK_SIZE) {
		__m128i old_abef = abef, old_cdgh = cdgh;

		one_block(&abef, &cdgh, data);
		abef = _mm_add_epi32(abef, old_abef);
		cdgh = _mm_add_epi32(cdgh, old_cdgh);
	}
	cdab = _mm_shuffle_epi32(abef, 0x1b); /* now f,e,b,a from the high word down */
	efgh = _mm_shuffle_epi32(cdgh, 0xb1);
	_mm_storeu_si128(words, _mm_blend_epi16(cdab, efgh, 0xf0));
	_mm_storeu_si128(words + 1, _mm_alignr_epi8(efgh, cdab, 8));
}
