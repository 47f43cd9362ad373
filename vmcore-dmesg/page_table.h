/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The page tables of an x86_64 kernel, walked in a core that only knows physical addresses:
 * where its direct map of memory begins is random, and it says nowhere else.
 */
#ifndef VMCORE_DMESG_PAGE_TABLE_H
#define VMCORE_DMESG_PAGE_TABLE_H

#include <stdbool.h>
#include <stdint.h>

#include "vmcore-dmesg/core.h"

/**
 * page_table_walk() - translate an address with core->page_table.
 * @len: bytes that are wanted; on return at most as many, those for which the answer is true.
 * @ret: physical address.
 * Return: false if they are not mapped, or a table cannot be read.
 */
bool page_table_walk(const struct core *core, uint64_t addr, uint64_t *ret, uint64_t *len);

#endif
