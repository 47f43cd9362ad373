/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Purgatory's own source, run on the host: its console and reset are recorded instead of
 * done. What the machine's folder adds (entry, ports) runs in the VM suite.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "lib/attrs.h"
#include "purgatory/purgatory.c"

static char printed[1024];
static bool listening;
static int resets;

void console_open(const struct purgatory_params *params)
{
	listening = params->flags & (PURGATORY_SAY_SERIAL | PURGATORY_SAY_VGA);
}

void console_alarm(const struct purgatory_params *params)
{
	(void)params;
	listening = true;
}

void console_put(char c)
{
	size_t used = strlen(printed);

	if (!listening)
		return;
	assert_true(used + 1 < sizeof(printed));
	printed[used] = c;
	printed[used + 1] = '\0';
}

void machine_reset(void)
{
	resets++;
}

static uint8_t kernel[3 * 4096], initrd[4096], low[64], saved[64];

static void fill(struct purgatory_params *params, uint32_t flags)
{
	*params = (struct purgatory_params){
		.flags = flags,
		.region_count = 2,
		.regions = { { (uintptr_t)kernel, sizeof(kernel) },
			     { (uintptr_t)initrd, sizeof(initrd) } },
		.backup_from = (uintptr_t)low,
		.backup_to = (uintptr_t)saved,
		.backup_size = sizeof(low),
	};
	memset(kernel, 0x5a, sizeof(kernel));
	memset(initrd, 0xa5, sizeof(initrd));
	memset(low, 1, sizeof(low));
	memset(saved, 0, sizeof(saved));
	compute_digest(params, params->digest);
	printed[0] = '\0';
	resets = 0;
}

static void intact_is_entered(void **state)
{
	struct purgatory_params params;

	(void)state;
	fill(&params, 0);
	purgatory_main(&params, 0);
	assert_int_equal(resets, 0);
	assert_string_equal(printed, "");
	assert_memory_equal(saved, low, sizeof(low));
}

/* A changed byte anywhere, first to last region, first to last byte, is seen. */
static void changed_byte_resets(void **state)
{
	uint8_t *const bytes[] = { kernel, &kernel[3 * 4096 - 1], initrd, &initrd[4095] };
	struct purgatory_params params;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(bytes); i++) {
		fill(&params, 0);
		*bytes[i] ^= 0x10;
		purgatory_main(&params, 0);
		assert_int_equal(resets, 1);
		assert_non_null(strstr(printed, "SHA-256 mismatch"));
		assert_int_equal(saved[0], 0); /* the evidence is left as it was */
	}
}

static void no_checks_enters_anyway(void **state)
{
	struct purgatory_params params;

	(void)state;
	fill(&params, PURGATORY_SKIP_DIGEST);
	kernel[5] ^= 1;
	purgatory_main(&params, 0);
	assert_int_equal(resets, 0);
	assert_memory_equal(saved, low, sizeof(low));
}

static void absurd_region_count_is_bounded(void **state)
{
	struct purgatory_params params;

	(void)state;
	fill(&params, 0);
	params.region_count = UINT32_MAX;
	purgatory_main(&params, 0); /* the 14 further regions are empty */
	assert_int_equal(resets, 0);
}

static void digests_are_printed(void **state)
{
	struct purgatory_params params;
	char hex[9];

	(void)state;
	fill(&params, 0);
	params.digest[0] ^= 0xff;
	snprintf(hex, sizeof(hex), "%02x%02x%02x%02x", params.digest[0], params.digest[1],
		 params.digest[2], params.digest[3]);
	purgatory_main(&params, 0);
	assert_non_null(strstr(printed, hex));
}

static void assert_return_text(uint64_t address, const char *expected)
{
	char text[PURGATORY_RETURN_SIZE + 1];
	struct purgatory_params params;

	memset(text, '#', sizeof(text));
	fill(&params, 0);
	params.return_text = (uintptr_t)text;
	purgatory_main(&params, address);
	assert_memory_equal(text, expected, strlen(expected));
	assert_int_equal(text[strlen(expected)], address ? '\0' : '#');
	assert_int_equal(text[PURGATORY_RETURN_SIZE], '#');
}

static void return_address_is_written(void **state)
{
	struct purgatory_params params;

	(void)state;
	assert_return_text(0x1234567890abcdef, " kexec_jump_back_entry=0x1234567890abcdef");
	assert_return_text(0x9f000, " kexec_jump_back_entry=0x9f000");
	assert_return_text(0, "#");
	fill(&params, 0);
	purgatory_main(&params, 0x1000); /* not asked for */
	assert_int_equal(resets, 0);
}

static void says_what_it_does(void **state)
{
	static const uint32_t flags[] = { PURGATORY_SAY_SERIAL, PURGATORY_SAY_VGA };
	struct purgatory_params params;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(flags); i++) {
		fill(&params, flags[i]);
		purgatory_main(&params, 0);
		assert_non_null(strstr(printed, "I'm in purgatory\r\n"));
		assert_non_null(strstr(printed, "as it was loaded (SHA-256)\r\n"));
		fill(&params, flags[i] | PURGATORY_SKIP_DIGEST);
		purgatory_main(&params, 0);
		assert_non_null(strstr(printed, "not verified"));
		fill(&params, flags[i]);
		kernel[5] ^= 1;
		purgatory_main(&params, 0);
		assert_int_equal(resets, 1);
		assert_non_null(strstr(printed, "I'm in purgatory\r\n"));
		assert_non_null(strstr(printed, "SHA-256 mismatch"));
		assert_null(strstr(printed, "as it was loaded"));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(intact_is_entered),
		cmocka_unit_test(changed_byte_resets),
		cmocka_unit_test(no_checks_enters_anyway),
		cmocka_unit_test(absurd_region_count_is_bounded),
		cmocka_unit_test(digests_are_printed),
		cmocka_unit_test(return_address_is_written),
		cmocka_unit_test(says_what_it_does),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
