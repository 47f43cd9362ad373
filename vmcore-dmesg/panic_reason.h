/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What kernels say when they panic: the reason, which tells the event that the panic follows
 * from, and the words of their last moments. Sources are the callers of panic() in Linux 2.6.32
 * to 6.19, and kernel/panic.c.
 */
#ifndef VMCORE_DMESG_PANIC_REASON_H
#define VMCORE_DMESG_PANIC_REASON_H

#include "vmcore-dmesg/event.h"

/** enum panic_link - which event a panic is about. */
enum panic_link {
	LINK_NONE,   /* none: it is one itself. But it follows from an oops just before it */
	LINK_OOPS,   /* the oops before it */
	LINK_KIND,   /* the event of the same kind before it */
	LINK_NEWEST, /* whatever event is before it */
};

/** struct panic_row - a reason for a panic. */
struct panic_row {
	const char *pattern; /* scan.h; of what stands behind "Kernel panic - not syncing" */
	enum panic_link link;
	enum event_kind kind;
};

/** recognise_panic() - does @text say that the kernel panics? Return: the row, or NULL. */
const struct panic_row *recognise_panic(const char *text, struct facts *facts);

/** recognise_last_words() - does a kernel say @text while it ends? */
bool recognise_last_words(const char *text);

#endif
