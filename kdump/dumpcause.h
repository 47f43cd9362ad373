/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Why the kernel of a dump crashed: what `vmcore-dmesg --cause` makes of the dump's log. It
 * is found anew each time it is asked for, within a bound of time and of output.
 */
#ifndef KDUMP_DUMPCAUSE_H
#define KDUMP_DUMPCAUSE_H

#include <stdbool.h>

#include "lib/attrs.h"
#include "lib/err.h"

#include "kdump/dumps.h"

/** struct dump_cause - owns its strings, NULL where it is not known; release with its _done(). */
struct dump_cause {
	char *json; /* all of it, a JSON object */
	char *kernel;
	char *kind; /* one of vmcore-dmesg's words, e.g. "null-dereference" */
	char *function;
	char *module;
};

/**
 * dump_cause_read() - find out why a dump's kernel crashed.
 * @program: path of vmcore-dmesg.
 * Return: 0, also if it could be made out in part only; -ENODATA if the dump has no log;
 * -errno, with the reason in @err.
 */
_must_check_ int dump_cause_read(const char *program, const struct dumps *dumps,
				 const struct dump *dump, struct dump_cause *ret, struct err *err);

/**
 * dump_cause_print() - print what there is to say about a dump's cause, for people, on standard
 * output; without a log, from the memory itself.
 * Return: as dump_cause_read().
 */
_must_check_ int dump_cause_print(const char *program, const struct dumps *dumps,
				  const struct dump *dump, struct err *err);

/** dump_cause_done() - release; fine on a zeroed one. */
void dump_cause_done(struct dump_cause *cause);

#endif
