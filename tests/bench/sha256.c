/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * SHA-256 of one buffer, by our code (which purgatory has too), alone and in the two lanes that
 * memory is hashed in, and by OpenSSL's in the same process, taking turns. Prints a line for each: a name and MB/s, the best of several runs.
 * OpenSSL is found when this runs, so that nothing depends on it.
 */
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "lib/attrs.h"
#include "lib/sha256.h"

enum {
	BUFFER_SIZE = 64 << 20, /* bytes: more than any cache */
	RUNS = 7,
};

/* openssl/sha.h: SHA256() */
typedef unsigned char *openssl_sha256_fn(const unsigned char *data, size_t size,
					 unsigned char *digest);

struct contestant {
	const char *name;
	bool native;
	bool pair;                  /* two lanes, whose digest is another */
	openssl_sha256_fn *openssl; /* NULL: ours */
	double best;                /* seconds */
	uint8_t digest[SHA256_DIGEST_SIZE];
};

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void run(struct contestant *c, const uint8_t *buffer)
{
	double begin = now(), took;

	if (c->openssl) {
		c->openssl(buffer, BUFFER_SIZE, c->digest);
	} else if (c->pair) {
		struct sha256_pair pair;

		sha256_pair_init(&pair, c->native);
		sha256_pair_update(&pair, buffer, BUFFER_SIZE, BUFFER_SIZE);
		sha256_pair_final(&pair, c->native, c->digest);
	} else {
		struct sha256 ctx;

		sha256_init(&ctx, c->native);
		sha256_update(&ctx, buffer, BUFFER_SIZE);
		sha256_final(&ctx, c->digest);
	}
	took = now() - begin;
	if (c->best == 0 || took < c->best)
		c->best = took;
}

/* OpenSSL's function, or NULL where there is no OpenSSL. */
static openssl_sha256_fn *find_openssl(void)
{
	static const char *const names[] = { "libcrypto.so.3", "libcrypto.so.1.1" };
	openssl_sha256_fn *found = NULL;

	for (size_t i = 0; i < ARRAY_SIZE(names) && !found; i++) {
		void *library = dlopen(names[i], RTLD_NOW);
		void *symbol = library ? dlsym(library, "SHA256") : NULL;

		if (symbol)
			memcpy(&found, &symbol, sizeof(found));
	}
	return found;
}

int main(void)
{
	struct contestant all[5] = { { .name = "portable" },
				     { .name = "portable-pair", .pair = true } };
	openssl_sha256_fn *openssl = find_openssl();
	uint8_t *buffer = malloc(BUFFER_SIZE);
	size_t count = 2;

	if (!buffer)
		return EXIT_FAILURE;
	for (size_t i = 0; i < BUFFER_SIZE; i++)
		buffer[i] = (uint8_t)(i * 31 + i / 251);
	if (sha256_native_usable()) {
		all[count++] = (struct contestant){ .name = "native", .native = true };
		all[count++] =
			(struct contestant){ .name = "native-pair", .native = true, .pair = true };
	}
	if (openssl)
		all[count++] = (struct contestant){ .name = "openssl", .openssl = openssl };
	for (int r = 0; r < RUNS; r++)
		for (size_t i = 0; i < count; i++)
			run(&all[i], buffer);
	for (size_t i = 0; i < count; i++) {
		printf("%s %.0f\n", all[i].name, BUFFER_SIZE / all[i].best / 1e6);
		if (!all[i].pair &&
		    memcmp(all[i].digest, all[0].digest, sizeof(all[i].digest)) != 0)
			return EXIT_FAILURE;
	}
	free(buffer);
	return EXIT_SUCCESS;
}
