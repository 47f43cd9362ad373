/* SPDX-License-Identifier: GPL-2.0-or-later */
/* For machines that have no file lib/sha256_MACHINE.c: no SHA instructions are known. */
#include "lib/sha256.h"

bool sha256_native_usable(void)
{
	return false;
}

void sha256_blocks_native(uint32_t state[8], const uint8_t *data, size_t count)
{
	(void)state;
	(void)data;
	(void)count;
	__builtin_trap(); /* sha256_native_usable() said no */
}

void sha256_blocks2_native(uint32_t state0[8], const uint8_t *data0, uint32_t state1[8],
			   const uint8_t *data1, size_t count)
{
	(void)state0;
	(void)data0;
	(void)state1;
	(void)data1;
	(void)count;
	__builtin_trap();
}
