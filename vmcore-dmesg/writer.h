/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Buffered output to a descriptor. Logs are saved to slow targets from a capture kernel:
 * what is written is gathered into large pieces, and an error is not lost.
 */
#ifndef VMCORE_DMESG_WRITER_H
#define VMCORE_DMESG_WRITER_H

#include <stddef.h>

#include "lib/attrs.h"
#include "lib/err.h"

/** struct writer - release with writer_done(). */
struct writer {
	int fd; /* borrowed */
	char *data;
	size_t used;
	int error; /* -errno of the first write that failed, else 0 */
};

/** writer_init() - get ready to write to @fd. Return: 0 or -ENOMEM. */
_must_check_ int writer_init(struct writer *w, int fd, struct err *err);

/** writer_done() - release; what is not flushed is lost. Fine on a zeroed writer. */
void writer_done(struct writer *w);

/**
 * writer_put() - append @size bytes. Return: 0 or -errno of a write; after a failure, it and
 * writer_flush() keep failing with the same error.
 */
_must_check_ int writer_put(struct writer *w, const void *data, size_t size, struct err *err);

/** writer_flush() - write what is left. Return: 0 or -errno. */
_must_check_ int writer_flush(struct writer *w, struct err *err);

#endif
