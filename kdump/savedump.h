/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Saving a dump into a sink: first the log, which is small and tells most, then the memory.
 */
#ifndef KDUMP_SAVEDUMP_H
#define KDUMP_SAVEDUMP_H

#include <stdbool.h>
#include <time.h>

#include "lib/attrs.h"
#include "lib/err.h"

#include "kdump/capturerecord.h"
#include "kdump/sink.h"
#include "kdump/strv.h"

/** struct savedump_job - what to save, and how; all borrowed. */
struct savedump_job {
	const char *vmcore;           /* the dead kernel's memory, /proc/vmcore */
	const char *dmesg;            /* path of the program that prints the log */
	const struct strv *collector; /* core_collector's words; the first is a path, or all of it
					 is CONF_BUILTIN_COLLECTOR */
	const char *makedumpfile;     /* path of that program; NULL: there is none */
	unsigned int stall;           /* seconds without a byte written until one is stopped */
	void (*alive)(void *ctx);     /* called about once a second, and before each step */
	void *ctx;
	bool once;                     /* what fails is not tried in another way */
	struct capture_record *record; /* is told of each step, and of the command */
};

/** savedump_is_makedumpfile() - is the program of that path or name makedumpfile? */
bool savedump_is_makedumpfile(const char *program);

/**
 * savedump_collector() - the command that writes a dump.
 * @collector: core_collector's words.
 * @output: the file to write; NULL: the dump goes to standard output. makedumpfile's -F,
 *	which is for that, is left out or added as needed, and it says its errors.
 * @ret: empty list; gets the words, @vmcore and @output.
 * Return: 0 or -ENOMEM.
 */
_must_check_ int savedump_collector(const struct strv *collector, const char *vmcore,
				    const char *output, struct strv *ret);

/**
 * savedump() - save log and memory, telling of each step on the console.
 * @sink: where to; a dump begins in it. From now on it gives the job's signs of life.
 * @when: now.
 * Return: 0 if the memory was saved; a log that could not be saved is told of, and no
 * failure. -errno otherwise.
 */
_must_check_ int savedump(const struct savedump_job *job, struct sink *sink, time_t when,
			  struct err *err);

#endif
