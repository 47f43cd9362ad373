/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The record of a capture, which is saved beside the dump as capture.json: when it was, in UTC,
 * as the name of the folder is in local time; which kernels there were; what was saved where
 * to, by which program; and how each step went and how long it took.
 */
#ifndef KDUMP_CAPTURERECORD_H
#define KDUMP_CAPTURERECORD_H

#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include "lib/attrs.h"
#include "lib/err.h"

#include "kdump/crashinfo.h"

#define CAPTURERECORD_UNFINISHED "capture-incomplete.json"
#define CAPTURERECORD_NAME       "capture.json"

/* Values of the member "result". */
#define CAPTURERECORD_COMPLETE "complete"
#define CAPTURERECORD_REDUCED  "reduced" /* not what core_collector asks for, but a dump */
#define CAPTURERECORD_FAILED   "failed"

enum {
	CAPTURERECORD_STEPS_MAX = 64,
	CAPTURERECORD_STEP_MAX = 64, /* bytes of a step's name, with NUL */
	CAPTURERECORD_MAX = 1 << 20, /* bytes of the file that are read */
};

/** struct capture_step - a part of the capture. */
struct capture_step {
	char name[CAPTURERECORD_STEP_MAX];
	const char *result; /* "ok", "failed"; NULL: it has not ended */
	uint64_t began_ms;  /* CLOCK_MONOTONIC */
	uint64_t took_ms;
};

/**
 * struct capture_record - what there is to tell; strings are borrowed if not said otherwise, NULL:
 * not known. Release with capturerecord_done().
 */
struct capture_record {
	time_t when; /* the folder is named after */
	const char *result;
	const char *error;
	const char *target_type; /* as in kdump.conf of the image */
	const char *target;
	const char *folder;
	const char *core; /* name of the memory's file; NULL: it is not whole */
	char *collector;  /* the command that wrote it, or failed to; owned */
	int status;       /* its exit status */
	struct crashinfo crash;
	struct capture_step steps[CAPTURERECORD_STEPS_MAX];
	size_t n;
};

/**
 * capturerecord_begin() - a step begins. One that has not ended has ended well.
 * @name: cut to fit. More than CAPTURERECORD_STEPS_MAX are not recorded.
 */
void capturerecord_begin(struct capture_record *record, const char *name);

/** capturerecord_end() - the last step has ended. @r: negative: badly. */
void capturerecord_end(struct capture_record *record, int r);

/**
 * capturerecord_command() - keep the command that writes the memory.
 * @argv: ends in a NULL; for want of memory nothing is kept.
 */
void capturerecord_command(struct capture_record *record, char *const *argv);

/** capturerecord_done() - free what @record owns. */
void capturerecord_done(struct capture_record *record);

/**
 * capturerecord_format() - the text of the file.
 * @ret: malloc()ed; the caller frees. @ret_size: bytes.
 * Return: 0 or -ENOMEM.
 */
_must_check_ int capturerecord_format(const struct capture_record *record, char **ret,
				      size_t *ret_size, struct err *err);

#endif
