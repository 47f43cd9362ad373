/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The ELF notes of a core: what its writer said about the machine, and what the kernel says
 * about itself.
 */
#ifndef VMCORE_DMESG_NOTE_H
#define VMCORE_DMESG_NOTE_H

#include <stddef.h>

#include "lib/attrs.h"
#include "lib/err.h"
#include "vmcore-dmesg/core.h"

/**
 * core_note() - find a note by its owner's name, whatever its type.
 * @max: most bytes that its contents may have.
 * @ret: malloc()ed contents with a NUL appended; the caller frees. Untouched on failure.
 * @ret_size: bytes without that NUL.
 *
 * Return: 0; -ENODATA if there is none; -EBADMSG if it is larger than @max, or the notes are
 * damaged or cut short before one was found; -ENOMEM.
 */
_must_check_ int core_note(const struct core *core, const char *name, size_t max, char **ret,
			   size_t *ret_size, struct err *err);

#endif
