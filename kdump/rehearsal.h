/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A capture without a crash: everything that the capture side does, in its own file system and
 * through its own code, but for what needs a dead kernel. The log is the running kernel's, and
 * a sample stands for the memory; nothing of it stays.
 */
#ifndef KDUMP_REHEARSAL_H
#define KDUMP_REHEARSAL_H

#include <stdbool.h>

#include "lib/attrs.h"
#include "lib/err.h"

/* Options of kdump-capture that belong to rehearsals. */
#define REHEARSAL_OPTION          "--rehearse" /* run one; the next two words may follow */
#define REHEARSAL_WITHOUT_MODULES "--without-modules"
#define REHEARSAL_SAMPLE_OPTION   "--sample" /* stand for a collector: VMCORE [OUTPUT] follow */

/**
 * rehearsal_run() - rehearse, telling of each step on the console.
 * @program: by which this one is run in the image, as it stands in for the collector, too.
 * @with_modules: load the image's modules: they are for the kernel that runs.
 * Return: 0 if a dump would be saved; -errno, after all was tried that could be.
 */
_must_check_ int rehearsal_run(const char *program, bool with_modules, struct err *err);

/**
 * rehearsal_sample() - write what stands for a dump, as a collector would.
 * @output: the file to make; NULL: standard output.
 * Return: 0 or -errno.
 */
_must_check_ int rehearsal_sample(const char *output, struct err *err);

#endif
