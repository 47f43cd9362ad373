/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A log as JSON, with the members that util-linux' dmesg(1) gives it: {"dmesg": [{"pri": 6,
 * "time": 1.234567, "msg": "text"}, ...]}; what a record does not know is left out. A place
 * where records are missing is {"gap": "what is wrong"}. Written record by record.
 */
#ifndef VMCORE_DMESG_JSON_LOG_H
#define VMCORE_DMESG_JSON_LOG_H

#include <stdbool.h>

#include "lib/json.h"
#include "vmcore-dmesg/record.h"
#include "vmcore-dmesg/writer.h"

/** struct json_log - zeroed but for the first two; release with json_log_done(). */
struct json_log {
	struct writer *writer; /* borrowed */
	bool decode;           /* "fac" and "pri" are names */
	struct json json;
	bool is_open;
};

/** json_log_done() - release; fine on a zeroed one. */
void json_log_done(struct json_log *log);

/** json_log_sink() - a sink that writes records; @log outlives it. */
struct record_sink json_log_sink(struct json_log *log);

/** json_log_end() - no more records come: write the end. Return: 0 or -errno. */
_must_check_ int json_log_end(struct json_log *log, struct err *err);

#endif
