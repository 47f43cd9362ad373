/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The machine as it is: everything ambient that a plan depends on, read once. The cheap
 * facts come first, so that what cannot work is refused before anything big is read.
 */
#ifndef KEXEC_MACHINE_H
#define KEXEC_MACHINE_H

#include <stdint.h>

#include "lib/attrs.h"
#include "lib/err.h"
#include "lib/iomem.h"
#include "lib/sysroot.h"
#include "kexec/arch.h"
#include "kexec/firmware.h"
#include "kexec/kcore.h"
#include "kexec/memory_map.h"
#include "kexec/screen.h"

/** struct note_area - where a note of the core will be: @size bytes at physical @paddr. */
struct note_area {
	uint64_t paddr;
	uint64_t size;
};

/** struct machine - zero it to begin with; release with machine_done(). */
struct machine {
	const struct arch *arch;
	char *cmdline; /* of the running kernel, without the newline */

	/* machine_read_memory() */
	struct iomem iomem;
	struct memory_map crash_windows; /* reserved by crashkernel=, lowest first */
	struct firmware firmware;
	struct screen screen;
	bool five_level_paging; /* in use: x86's LA57 */

	/* machine_read_crash() */
	struct memory_map dump; /* RAM whose contents belong into the core, sorted */
	struct kcore kcore;
	uint64_t kernel_paddr;       /* where the kernel's text lies */
	struct note_area *cpu_notes; /* in the order of the CPUs' numbers */
	size_t cpu_count;
	size_t cpu_capacity;
	struct note_area vmcoreinfo;

	uint64_t elfcorehdr_size; /* machine_read_hotplug(): bytes that the kernel may need */
};

/**
 * machine_read() - the cheap facts: architecture, command line.
 * @ret: zeroed; the caller releases it with machine_done(), also after a failure.
 */
_must_check_ int machine_read(const struct sysroot *root, struct machine *ret, struct err *err);

/** machine_read_memory() - memory and firmware: what any kexec_load needs. */
_must_check_ int machine_read_memory(const struct sysroot *root, struct machine *m,
				     struct err *err);

/** machine_read_crash() - what a core needs. After machine_read_memory(). */
_must_check_ int machine_read_crash(const struct sysroot *root, struct machine *m, struct err *err);

/**
 * machine_read_hotplug() - how large the core header must be for the kernel to keep it up to
 * date as CPUs and memory come and go.
 * Return: 0; -ENOPROTOOPT if the kernel cannot do that.
 */
_must_check_ int machine_read_hotplug(const struct sysroot *root, struct machine *m,
				      struct err *err);

/**
 * machine_crash_size() - bytes that crashkernel= reserved, as sysfs tells.
 * @ret: 0 if there are none. Return: 0, or -errno from a kernel that cannot reserve any.
 */
_must_check_ int machine_crash_size(const struct sysroot *root, uint64_t *ret, struct err *err);

/**
 * machine_crash_window() - bytes of the window that a capture kernel is loaded to, which is the
 * highest one of /proc/iomem.
 * @ret: 0 if there is none. Return: 0 or -errno.
 */
_must_check_ int machine_crash_window(const struct sysroot *root, uint64_t *ret, struct err *err);

/**
 * machine_loaded() - is a kernel loaded?
 * @crash: ask for the capture kernel, not for the one that --exec boots.
 * Return: 0, 1, or -errno when the kernel does not tell.
 */
_must_check_ int machine_loaded(const struct sysroot *root, bool crash, struct err *err);

/** machine_done() - release; fine on a half-read one. */
void machine_done(struct machine *m);

#endif
