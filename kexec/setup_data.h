/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The blocks that a boot loader hung onto the running kernel's boot_params, and of them those
 * that the next kernel must have as well. Source: Documentation/ABI/testing/sysfs-kernel-
 * boot_params; types: arch/x86/include/uapi/asm/setup_data.h.
 *
 * What describes the machine goes on: the device tree, PCI ROMs, Apple's properties, Jailhouse's
 * and a confidential guest's block. What describes one boot does not: memory beyond the page's
 * table, EFI and the seed are made anew; the list of IMA's measurements and of what KHO kept
 * are mere pointers to memory that the running kernel has taken for itself since.
 */
#ifndef KEXEC_SETUP_DATA_H
#define KEXEC_SETUP_DATA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/attrs.h"
#include "lib/bytes.h"
#include "lib/err.h"
#include "lib/sysroot.h"

/** struct setup_data - one block. */
struct setup_data {
	uint32_t type;
	uint8_t *data; /* owned */
	size_t size;
	bool small; /* worth its memory in a capture kernel's few MiB, too */
};

/** struct setup_data_list - zero it to begin with; release with setup_data_done(). */
struct setup_data_list {
	struct setup_data *items;
	size_t count;
	size_t capacity;
};

/** setup_data_read() - those that go on, in their order. Return: 0 or -errno. */
_must_check_ int setup_data_read(const struct sysroot *root, struct setup_data_list *ret,
				 struct err *err);

/** setup_data_done() - release; fine on an empty list. */
void setup_data_done(struct setup_data_list *list);

#endif
