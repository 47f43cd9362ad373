/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a plan holds, for the tests of those who put it there. */
#ifndef TESTS_UNIT_KEXEC_PLAN_H
#define TESTS_UNIT_KEXEC_PLAN_H

#include <string.h>

#include "kexec/plan.h"

/** plan_segment() - the first one of this name. Return: NULL if there is none. */
static inline const struct segment *plan_segment(const struct plan *plan, const char *name)
{
	for (unsigned int i = 0; i < plan->count; i++)
		if (strcmp(plan->segments[i].name, name) == 0)
			return &plan->segments[i];
	return NULL;
}

#endif
