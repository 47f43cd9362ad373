/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "lib/sha256.h"
#include "purgatory/purgatory.h"

_Static_assert(offsetof(struct purgatory_params, flags) == PURGATORY_OFF_FLAGS, "see params.h");
_Static_assert(offsetof(struct purgatory_params, mode) == PURGATORY_OFF_MODE, "see params.h");
_Static_assert(offsetof(struct purgatory_params, entry) == PURGATORY_OFF_REGISTERS, "see params.h");

static void put_text(const char *text)
{
	for (; *text; text++)
		console_put(*text);
}

static void put_digest(const char *label, const uint8_t digest[SHA256_DIGEST_SIZE])
{
	put_text(label);
	for (int i = 0; i < SHA256_DIGEST_SIZE; i++) {
		console_put("0123456789abcdef"[digest[i] >> 4]);
		console_put("0123456789abcdef"[digest[i] & 15]);
	}
	put_text("\r\n");
}

static void compute_digest(const struct purgatory_params *params,
			   uint8_t digest[SHA256_DIGEST_SIZE])
{
	bool native = params->flags & PURGATORY_NATIVE_SHA;
	struct sha256_pair pair;

	sha256_pair_init(&pair, native);
	for (uint32_t i = 0; i < params->region_count && i < PURGATORY_REGIONS_MAX; i++) {
		const struct purgatory_region *region = &params->regions[i];

		sha256_pair_update(&pair, (const void *)(uintptr_t)region->start,
				   (size_t)region->size, (size_t)region->size);
	}
	sha256_pair_final(&pair, native, digest);
}

/* Not through memcpy(): the low memory to be saved may begin at address 0. */
static void save_backup(const struct purgatory_params *params)
{
	const volatile uint8_t *from = (const volatile uint8_t *)(uintptr_t)params->backup_from;
	volatile uint8_t *to = (volatile uint8_t *)(uintptr_t)params->backup_to;

	for (uint64_t i = 0; i < params->backup_size; i++)
		to[i] = from[i];
}

static void put_return_address(char *text, uint64_t address)
{
	static const char argument[] = PURGATORY_RETURN_ARGUMENT;
	bool leading = true;

	_Static_assert(sizeof(argument) + 16 <= PURGATORY_RETURN_SIZE, "see params.h");
	for (const char *p = argument; *p; p++)
		*text++ = *p;
	for (int shift = 60; shift >= 0; shift -= 4) {
		leading = leading && !((address >> shift) & 15) && shift > 0;
		if (!leading)
			*text++ = "0123456789abcdef"[(address >> shift) & 15];
	}
	*text = '\0';
}

static void give_up(const struct purgatory_params *params, const uint8_t digest[SHA256_DIGEST_SIZE])
{
	console_alarm(params);
	put_text("\r\nkexec purgatory: the loaded kernel was overwritten in memory "
		 "(SHA-256 mismatch)\r\n");
	put_digest("kexec purgatory: loaded  ", params->digest);
	put_digest("kexec purgatory: in memory ", digest);
	put_text("kexec purgatory: not entering it; resetting the machine\r\n");
	machine_reset();
}

void purgatory_main(const struct purgatory_params *params, uint64_t return_address)
{
	uint8_t digest[SHA256_DIGEST_SIZE];

	console_open(params);
	put_text("\r\nI'm in purgatory\r\n"); /* as kexec-tools has it */
	if (params->flags & PURGATORY_SKIP_DIGEST) {
		put_text("kexec purgatory: entering the kernel, not verified (--no-checks)\r\n");
	} else {
		compute_digest(params, digest);
		if (memcmp(digest, params->digest, sizeof(digest)) != 0) {
			give_up(params, digest);
			return;
		}
		put_text("kexec purgatory: entering the kernel, which is as it was loaded "
			 "(SHA-256)\r\n");
	}
	save_backup(params);
	if (params->return_text && return_address)
		put_return_address((char *)(uintptr_t)params->return_text, return_address);
}
