/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The VMCOREINFO note of a kernel whose core does not have it among its notes: a hypervisor's
 * dump (virsh dump --memory-only, QEMU's dump-guest-memory) of a guest that was not told to hand
 * it out. The kernel keeps the whole note ready in memory, for the crash that may come.
 *
 * All of the core is read until it is found, once, in large pieces.
 */
#ifndef VMCORE_DMESG_NOTE_SEARCH_H
#define VMCORE_DMESG_NOTE_SEARCH_H

#include <stddef.h>

#include "lib/attrs.h"
#include "lib/err.h"
#include "vmcore-dmesg/core.h"

/**
 * note_search() - look for the note in the memory of an ELF core.
 *
 * A kernel that ran before, or a core in the page cache, may have left such a note as well. So
 * the kernel's release that it names has to be where it says that the release is; if that is true
 * of none, the first one is taken.
 *
 * @core: is told where things are, for trying (placement.h), and the note's byte order.
 * @ret, @ret_size: as core_note().
 * Return: 0; -ENODATA if there is none, or if this is the kernel's own /proc/vmcore or
 * /proc/kcore, which would have it among its notes, and which are slow; -ENOMEM.
 */
_must_check_ int note_search(struct core *core, char **ret, size_t *ret_size, struct err *err);

#endif
