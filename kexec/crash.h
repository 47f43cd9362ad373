/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a capture kernel needs beside a kernel: the core header, a place for the low memory
 * that any x86 kernel overwrites when it starts, the memory map that it may use, and the
 * argument that says where the header is. Planned before the image loader, so that these
 * are plain inputs to it.
 */
#ifndef KEXEC_CRASH_H
#define KEXEC_CRASH_H

#include "lib/attrs.h"
#include "lib/err.h"
#include "kexec/machine.h"
#include "kexec/memory_map.h"
#include "kexec/plan.h"
#include "kexec/request.h"

/** struct crash - zero it to begin with; release with crash_done(). */
struct crash {
	struct memory_map memory; /* what the capture kernel is told of, sorted */
	char argument[64];        /* "elfcorehdr=..." */
	char *memmap;             /* "memmap=exactmap memmap=...", if asked for; else NULL */
};

/**
 * crash_room() - the memory that a capture kernel may be loaded to: the highest window.
 * @ret: zeroed map, gets that one range.
 * Return: 0; -ENOMEM; -ENODEV with the advice to reserve memory if there is no window.
 */
_must_check_ int crash_room(const struct machine *m, struct memory_map *ret, struct err *err);

/**
 * crash_plan() - place the core header and the backup segment and fill in @ret.
 * @request: may ask for a header that the kernel keeps up to date, and for the memory map on
 *	the command line.
 * @m: with machine_read_crash() done, and if it is asked for, machine_read_hotplug().
 */
_must_check_ int crash_plan(const struct request *request, const struct machine *m,
			    struct plan *plan, struct crash *ret, struct err *err);

/**
 * crash_plan_context() - the same for a kernel that runs while the running one is kept: it may
 * use all of the plan's room, and its core is what is outside of that.
 * @m: with machine_read_crash() done.
 */
_must_check_ int crash_plan_context(const struct machine *m, struct plan *plan, struct crash *ret,
				    struct err *err);

/** crash_done() - release. */
void crash_done(struct crash *crash);

/**
 * crash_no_reservation() - the error of a machine without reserved memory.
 * @running: the running kernel's command line, which may have asked for some in vain.
 * Return: -ENODEV.
 */
int crash_no_reservation(const char *running, struct err *err);

#endif
