/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * /proc/iomem: the kernel's tree of physical address ranges, one a line, two blanks deeper
 * for each level, end address inclusive (kernel/resource.c: r_show()). Without CAP_SYS_ADMIN
 * the kernel shows every address as zero.
 */
#ifndef LIB_IOMEM_H
#define LIB_IOMEM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/attrs.h"
#include "lib/err.h"
#include "lib/sysroot.h"

/** struct iomem_entry - one line; [start, end), as everywhere here. */
struct iomem_entry {
	uint64_t start;
	uint64_t end;
	unsigned int depth; /* 0: outermost */
	const char *name;   /* borrowed from the iomem's text */
};

struct iomem {
	struct iomem_entry *entries; /* in the file's order */
	size_t count;
	size_t capacity;
	char *text;
};

/**
 * iomem_read() - read the file.
 * @ret: release with iomem_done(); untouched on failure.
 * Return: 0; -EPERM if the addresses are hidden; -EBADMSG for a line that is no entry; -errno.
 */
_must_check_ int iomem_read(const struct sysroot *root, struct iomem *ret, struct err *err);

/** iomem_parse() - the same for a text; @text is malloc()ed, and the iomem's on success. */
_must_check_ int iomem_parse(char *text, struct iomem *ret, struct err *err);

/** iomem_done() - release. */
void iomem_done(struct iomem *iomem);

#endif
