/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Memory maps as texts, for the tests that compare whole ones. */
#ifndef TESTS_UNIT_KEXEC_MAP_H
#define TESTS_UNIT_KEXEC_MAP_H

#include <stdio.h>

#include "kexec/memory_map.h"

/** assert_map() - is @map "START-END:TYPE START-END:TYPE", hexadecimal, ends exclusive? */
static inline void assert_map(const struct memory_map *map, const char *expected)
{
	char text[1024] = "";
	size_t used = 0;

	for (size_t i = 0; i < map->count; i++) {
		const struct memory_range *r = &map->ranges[i];

		used += (size_t)snprintf(text + used, sizeof(text) - used, "%s%llx-%llx:%s",
					 i ? " " : "", (unsigned long long)r->start,
					 (unsigned long long)r->end, memory_type_name(r->type));
		assert_true(used < sizeof(text));
	}
	assert_string_equal(text, expected);
}

#endif
