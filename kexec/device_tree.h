/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A flattened device tree in a file, which --dtb hands to the new kernel as it is.
 * Source: the Devicetree Specification v0.4, 5.2.
 */
#ifndef KEXEC_DEVICE_TREE_H
#define KEXEC_DEVICE_TREE_H

#include "lib/attrs.h"
#include "lib/err.h"
#include "lib/file.h"

enum {
	/*
	 * Bytes. A kernel on x86 maps it through 64 slots of a page, and it need not begin with a
	 * page: arch/x86/kernel/devicetree.c, asm/fixmap.h (NR_FIX_BTMAPS).
	 */
	DEVICE_TREE_MAX = 63 * 4096,
};

/**
 * device_tree_find() - check the header of a tree; what follows the tree is left out.
 * @ret: the tree, within @file; untouched on failure.
 * Return: 0; -EBADMSG if it is none or is cut short; -EFBIG above DEVICE_TREE_MAX.
 */
_must_check_ int device_tree_find(struct bytes file, struct bytes *ret, struct err *err);

/**
 * device_tree_open() - the same with a file.
 * @path: also used in messages.
 * @file: what @ret lies in; release with mapping_close(). Both are untouched on failure.
 * Return: 0 or -errno.
 */
_must_check_ int device_tree_open(const char *path, struct mapping *file, struct bytes *ret,
				  struct err *err);

#endif
