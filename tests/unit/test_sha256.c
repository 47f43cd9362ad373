/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Known answers of FIPS 180-4's examples, and both implementations against each other. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "lib/sha256.h"

static void hex_of(const uint8_t digest[SHA256_DIGEST_SIZE], char *hex)
{
	for (int i = 0; i < SHA256_DIGEST_SIZE; i++)
		sprintf(hex + 2 * i, "%02x", digest[i]);
}

static void check(bool native, const char *text, size_t repeat, const char *want)
{
	uint8_t digest[SHA256_DIGEST_SIZE];
	char hex[2 * SHA256_DIGEST_SIZE + 1];
	struct sha256 ctx;

	sha256_init(&ctx, native);
	while (repeat-- > 0)
		sha256_update(&ctx, text, strlen(text));
	sha256_final(&ctx, digest);
	hex_of(digest, hex);
	assert_string_equal(hex, want);
}

static void known_answers(bool native)
{
	check(native, "", 1, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
	check(native, "abc", 1, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	check(native, "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 1,
	      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
	check(native, "a", 1000000,
	      "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

static void portable_known_answers(void **state)
{
	(void)state;
	known_answers(false);
}

static void native_known_answers(void **state)
{
	(void)state;
	if (!sha256_native_usable())
		skip();
	known_answers(true);
}

/* Every length around the block size, cut in every place, gives what one piece gives. */
static void pieces_make_the_whole(void **state)
{
	uint8_t data[200], whole[SHA256_DIGEST_SIZE], parts[SHA256_DIGEST_SIZE];
	struct sha256 ctx;

	(void)state;
	for (size_t i = 0; i < sizeof(data); i++)
		data[i] = (uint8_t)(i * 7);
	for (size_t len = 0; len <= sizeof(data); len++) {
		sha256_init(&ctx, sha256_native_usable());
		sha256_update(&ctx, data, len);
		sha256_final(&ctx, whole);
		for (size_t cut = 0; cut <= len; cut++) {
			sha256_init(&ctx, false);
			sha256_update(&ctx, data, cut);
			sha256_update(&ctx, data + cut, len - cut);
			sha256_final(&ctx, parts);
			assert_memory_equal(whole, parts, sizeof(whole));
		}
	}
}

static void zeros_are_zero_bytes(void **state)
{
	static const uint8_t zeros[5000];
	uint8_t a[SHA256_DIGEST_SIZE], b[SHA256_DIGEST_SIZE];
	struct sha256 ctx;

	(void)state;
	sha256_init(&ctx, false);
	sha256_update(&ctx, zeros, sizeof(zeros));
	sha256_final(&ctx, a);
	sha256_init(&ctx, false);
	sha256_update_zeros(&ctx, sizeof(zeros));
	sha256_final(&ctx, b);
	assert_memory_equal(a, b, sizeof(a));
}

static void nothing_may_be_null(void **state)
{
	uint8_t digest[SHA256_DIGEST_SIZE], want[SHA256_DIGEST_SIZE];
	struct sha256 ctx;

	(void)state;
	sha256_init(&ctx, false);
	sha256_final(&ctx, want);
	sha256_init(&ctx, false);
	sha256_update(&ctx, NULL, 0);
	sha256_final(&ctx, digest);
	assert_memory_equal(digest, want, sizeof(want));
}

enum { MEMORY_SIZE = 16 * SHA256_BLOCK_SIZE };

/* By the single digests: each half of @memory twice, then both results. */
static void expected_pair(const uint8_t *memory, uint8_t digest[SHA256_DIGEST_SIZE])
{
	uint8_t lanes[2][SHA256_DIGEST_SIZE];
	struct sha256 ctx;

	for (int i = 0; i < 2; i++) {
		sha256_init(&ctx, false);
		for (int piece = 0; piece < 2; piece++)
			sha256_update(&ctx, memory + i * (MEMORY_SIZE / 2), MEMORY_SIZE / 2);
		sha256_final(&ctx, lanes[i]);
	}
	sha256_init(&ctx, false);
	sha256_update(&ctx, lanes, sizeof(lanes));
	sha256_final(&ctx, digest);
}

/* Two pieces of memory, of which any number of bytes at the end are zero, given or not. */
static void check_pair(bool native)
{
	uint8_t memory[MEMORY_SIZE], want[SHA256_DIGEST_SIZE], got[SHA256_DIGEST_SIZE];
	struct sha256_pair pair;

	for (size_t have = 0; have <= sizeof(memory); have++) {
		memset(memory, 0, sizeof(memory));
		for (size_t i = 0; i < have; i++)
			memory[i] = (uint8_t)(i * 13 + 1);
		expected_pair(memory, want);
		sha256_pair_init(&pair, native);
		sha256_pair_update(&pair, memory, have, sizeof(memory));
		sha256_pair_update(&pair, memory, sizeof(memory), sizeof(memory));
		sha256_pair_final(&pair, native, got);
		assert_memory_equal(got, want, sizeof(want));
	}
}

static void portable_pair(void **state)
{
	(void)state;
	check_pair(false);
}

static void native_pair(void **state)
{
	(void)state;
	if (!sha256_native_usable())
		skip();
	check_pair(true);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(portable_known_answers),
		cmocka_unit_test(native_known_answers),
		cmocka_unit_test(pieces_make_the_whole),
		cmocka_unit_test(zeros_are_zero_bytes),
		cmocka_unit_test(nothing_may_be_null),
		cmocka_unit_test(portable_pair),
		cmocka_unit_test(native_pair),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
