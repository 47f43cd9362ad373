/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Files of a dump written into its sink by what there is to write them: a program that is
 * watched, or a text. What they have in common is how they end.
 */
#ifndef KDUMP_SINKWRITE_H
#define KDUMP_SINKWRITE_H

#include <stddef.h>

#include "lib/attrs.h"
#include "lib/err.h"

#include "kdump/progress.h"
#include "kdump/savedump.h"
#include "kdump/sink.h"

/**
 * sinkwrite_program() - run a program that writes an open file. It is stopped when it has not
 * written anything for a time.
 * @progress: is told on the console as the file grows; NULL: the program does so itself.
 * @ret_status: its exit status, if it ran to its end.
 * Return: 0 if it ended well; -EIO if not; -errno.
 */
_must_check_ int sinkwrite_program(const struct savedump_job *job, struct sink *sink,
				   const struct sink_file *file, char *const *argv,
				   struct progress *progress, int *ret_status, struct err *err);

/**
 * sinkwrite_finish() - close a file.
 * @r: 0: it is whole and gets its name; negative: it stays unfinished.
 * Return: @r if negative; -errno if it could not be published.
 */
_must_check_ int sinkwrite_finish(struct sink *sink, struct sink_file *file, int r,
				  struct err *err);

/** sinkwrite_text() - a whole file of @size bytes. Return: 0 or -errno. */
_must_check_ int sinkwrite_text(struct sink *sink, const char *unfinished, const char *name,
				const char *text, size_t size, struct err *err);

#endif
