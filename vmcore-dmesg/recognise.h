/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The lines by which kernels say that something went wrong, as tables: what a line looks
 * like, which event it begins or belongs to, and what it says. A new message of a new kernel
 * is a new row. Sources are the kernel's, of 2.6.32 to 6.19: arch/ARCH/mm/fault.c and
 * arch/ARCH/kernel/traps.c, process.c and dumpstack.c of x86, arm64, riscv, powerpc and s390;
 * kernel/panic.c, lib/bug.c, kernel/watchdog.c, kernel/hung_task.c, kernel/rcu/tree_stall.h,
 * mm/oom_kill.c, lib/dump_stack.c, arch/x86/kernel/nmi.c and cpu/mce.
 */
#ifndef VMCORE_DMESG_RECOGNISE_H
#define VMCORE_DMESG_RECOGNISE_H

#include "vmcore-dmesg/event.h"

/** enum role - what a line is to its event. */
enum role {
	ROLE_PRELUDE,   /* begins an oops that the next such line goes on with */
	ROLE_OOPS,      /* begins an oops */
	ROLE_NUMBER,    /* "[#1]": the line that every architecture has; begins one or belongs */
	ROLE_REPORT,    /* begins a report that a kernel survives, if it is not told to panic */
	ROLE_FACT,      /* from here on: parts. Says something */
	ROLE_TRACE,     /* as that, and the call trace follows */
	ROLE_TRACE_END, /* the call trace is over */
	ROLE_END,       /* the event is over */
};

/** struct recogniser - a row. */
struct recogniser {
	const char *pattern; /* scan.h */
	enum role role;
	enum event_kind kind;     /* of parts: only for such an event (PAGE_FAULT: for all that
				   * may be one); UNKNOWN: for all */
	enum event_access access; /* that the line stands for; UNKNOWN: as scanned */
	enum event_kind becomes;  /* of ROLE_FACT: the event is of this kind; UNKNOWN: as it was */
};

/**
 * recognise_beginning() - does @text begin an event?
 * @facts: what it says, if so.
 * Return: the row, or NULL.
 */
const struct recogniser *recognise_beginning(const char *text, struct facts *facts);

/** recognise_part() - does @text belong to an event of @kind? See recognise_beginning(). */
const struct recogniser *recognise_part(const char *text, enum event_kind kind,
					struct facts *facts);

/** recognise_boot() - does @text begin a kernel's log? @facts: its release, if so. */
bool recognise_boot(const char *text, struct facts *facts);

#endif
