/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What fuzz targets hold results against, and a machine to plan for.
 */
#ifndef TESTS_FUZZ_CHECK_H
#define TESTS_FUZZ_CHECK_H

#include <stdbool.h>
#include <stdlib.h>

#include "kexec/memory_map.h"
#include "lib/attrs.h"

/** check() - what must be true of every input. */
static inline void check(bool good)
{
	if (!good)
		abort();
}

/** check_small_machine() - memory with narrow gaps between parts, as they have to be filled. */
static inline void check_small_machine(struct memory_map *map)
{
	check(memory_map_add(map, 0x1000, 0x9fc00, MEMORY_RAM, NULL) == 0);
	check(memory_map_add(map, 0x100000, 0x2000000, MEMORY_RAM, NULL) == 0);
	check(memory_map_add(map, 0x100000000, 0x101000000, MEMORY_RAM, NULL) == 0);
}

#endif
