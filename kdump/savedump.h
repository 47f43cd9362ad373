/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Saving a dump into a folder of its own on a mounted target: first the log, which is
 * small and tells most, then the memory. Each file gets its name only when it is whole
 * and synced; what could not be finished stays under its "-incomplete" name.
 */
#ifndef KDUMP_SAVEDUMP_H
#define KDUMP_SAVEDUMP_H

#include <stdbool.h>
#include <time.h>

#include "lib/attrs.h"
#include "lib/err.h"

#include "kdump/strv.h"

enum { SAVEDUMP_NAME_MAX = 64 }; /* bytes of a dump folder's name, with NUL */

/** struct savedump_job - what to save, and how; all borrowed. */
struct savedump_job {
	const char *vmcore;           /* the dead kernel's memory, /proc/vmcore */
	const char *folder;           /* the folder that dump folders are made in */
	const char *dmesg;            /* path of the program that prints the log */
	const struct strv *collector; /* core_collector's words; the first is a path */
	unsigned int stall;           /* seconds without a byte written until one is stopped */
	void (*alive)(void *ctx);     /* called about once a second, and before each step */
	void *ctx;
};

/** savedump_name() - the name of a dump folder: 127.0.0.1-YYYY-MM-DD-HH:MM:SS, local time. */
void savedump_name(time_t when, char ret[static SAVEDUMP_NAME_MAX]);

/**
 * savedump_make_folder() - make a new dump folder below @parent, with its parents.
 * @when: names it; where there is one of that name already, the next free second does.
 * @ret: malloc()ed path; the caller frees.
 * Return: 0 or -errno.
 */
_must_check_ int savedump_make_folder(const char *parent, time_t when, char **ret, struct err *err);

/** savedump_is_makedumpfile() - is the program of that path or name makedumpfile? */
bool savedump_is_makedumpfile(const char *program);

/**
 * savedump_collector() - the command that writes a dump.
 * @collector: core_collector's words. makedumpfile's -F, which is for streams only, is
 *	left out, as the dump goes into a file.
 * @ret: empty list; gets the words, @vmcore and @output.
 * Return: 0 or -ENOMEM.
 */
_must_check_ int savedump_collector(const struct strv *collector, const char *vmcore,
				    const char *output, struct strv *ret);

/**
 * savedump() - save log and memory, telling of each step on the console.
 * @when: now.
 * Return: 0 if the memory was saved; a log that could not be saved is told of, and no
 * failure. -errno otherwise.
 */
_must_check_ int savedump(const struct savedump_job *job, time_t when, struct err *err);

#endif
