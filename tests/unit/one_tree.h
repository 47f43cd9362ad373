/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One tree for all tests of a program, of which each has it empty to itself.
 */
#ifndef TESTS_UNIT_ONE_TREE_H
#define TESTS_UNIT_ONE_TREE_H

#include "tests/unit/tree.h"

static struct tree tree;

/** tree_setup() - before a test. */
static inline int tree_setup(_unused_ void **state)
{
	tree_make(&tree);
	return 0;
}

/** tree_teardown() - after it. */
static inline int tree_teardown(_unused_ void **state)
{
	tree_remove(&tree);
	return 0;
}

#endif
