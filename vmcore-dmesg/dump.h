/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * makedumpfile's own dump formats, compressed or flattened, through libkdumpfile.
 *
 * The library is looked for when such a dump is opened, not before: it comes with half a dozen
 * others, which the capture image, where there is nothing but ELF, should not have to carry.
 */
#ifndef VMCORE_DMESG_DUMP_H
#define VMCORE_DMESG_DUMP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/attrs.h"
#include "lib/err.h"

/** struct dump - an open dump; opaque. */
struct dump;

/**
 * dump_open() - open a dump.
 * @fd: borrowed until dump_close().
 * @ret: release with dump_close(); untouched on failure, as are the others.
 * @ret_word: bytes of the kernel's longs; @ret_big_endian: the byte order of its data.
 * Return: 0; -EOPNOTSUPP if there is no libkdumpfile here; -EBADMSG if that cannot read it;
 * -ENOMEM.
 */
_must_check_ int dump_open(int fd, struct dump **ret, unsigned int *ret_word, bool *ret_big_endian,
			   struct err *err);

/** dump_close() - release a dump; NULL is fine. */
void dump_close(struct dump *dump);

/**
 * dump_vmcoreinfo() - the text of the kernel's VMCOREINFO.
 * @ret: malloc()ed, with a NUL appended; the caller frees. @ret_size: bytes without that.
 * Return: 0; -ENODATA if there is none.
 */
_must_check_ int dump_vmcoreinfo(struct dump *dump, char **ret, size_t *ret_size, struct err *err);

/**
 * dump_read() - read memory at a virtual address.
 * @ret_good: bytes from @buf's start that are valid on return.
 * Return: 0 if all @len bytes were read; -ENODATA if the dump does not have them; -ENXIO.
 */
_must_check_ int dump_read(struct dump *dump, uint64_t addr, void *buf, size_t len,
			   size_t *ret_good, struct err *err);

#endif
