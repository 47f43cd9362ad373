/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From what the command line asks for to the sink that the log's readers deliver to: the
 * default output, dmesg's forms, or JSON, behind a filter where not all is shown.
 */
#ifndef VMCORE_DMESG_OUTPUT_H
#define VMCORE_DMESG_OUTPUT_H

#include "lib/attrs.h"
#include "lib/err.h"
#include "vmcore-dmesg/core.h"
#include "vmcore-dmesg/filter.h"
#include "vmcore-dmesg/format.h"
#include "vmcore-dmesg/json_log.h"
#include "vmcore-dmesg/record.h"
#include "vmcore-dmesg/request.h"
#include "vmcore-dmesg/text.h"
#include "vmcore-dmesg/vmcoreinfo.h"
#include "vmcore-dmesg/wall_clock.h"
#include "vmcore-dmesg/writer.h"

/** struct output - release with output_done(). Must stay where it is. */
struct output {
	const struct request *request; /* borrowed */
	struct writer writer;
	struct wall_clock clock;
	struct filter filter;
	struct text text;
	struct format format;
	struct json_log json;
	struct record_sink shown; /* of those that pass the filter */
	struct record_sink sink;  /* what the log is delivered to */
};

/**
 * output_begin() - get ready to write to @fd. Reads the log once if times depend on all of it.
 * @request: outlives @ret. @core, @info: for this call.
 * Return: 0; -ENXIO if a time is asked for that the core does not tell; -ENOMEM; or the -errno of
 * log_read(). To be released in any case.
 */
_must_check_ int output_begin(struct output *ret, const struct request *request, int fd,
			      const struct core *core, const struct vmcoreinfo *info,
			      struct err *err);

/** output_end() - write what is left. @read: what log_read() returned. Return: 0 or -errno. */
_must_check_ int output_end(struct output *output, int read, struct err *err);

/**
 * output_note() - was something asked for that the log has nowhere?
 * Return: a sentence about it, or NULL.
 */
const char *output_note(const struct output *output);

/** output_done() - release; fine on a zeroed one. */
void output_done(struct output *output);

#endif
