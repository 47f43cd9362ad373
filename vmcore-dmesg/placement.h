/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where a kernel's virtual addresses are in physical memory, for cores whose program headers
 * do not say: what a hypervisor writes (virsh dump --memory-only, QEMU's dump-guest-memory)
 * knows physical addresses only, and of /proc/vmcore some headers may be missing. One row for
 * each machine whose kernels say enough about it in their VMCOREINFO.
 */
#ifndef VMCORE_DMESG_PLACEMENT_H
#define VMCORE_DMESG_PLACEMENT_H

#include "vmcore-dmesg/core.h"
#include "vmcore-dmesg/vmcoreinfo.h"

/** placement_set() - tell @core what @info says about it; program headers come first. */
void placement_set(struct core *core, const struct vmcoreinfo *info);

#endif
