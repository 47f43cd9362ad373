/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "vmcore-dmesg/format.h"
#include "vmcore-dmesg/json_log.h"
#include "vmcore-dmesg/priority.h"

void json_log_done(struct json_log *log)
{
	json_done(&log->json);
}

/* Hand on what is written so far. */
static int drain(struct json_log *log, struct err *err)
{
	int r = json_result(&log->json, err);

	if (r == 0)
		r = writer_put(log->writer, log->json.text, log->json.size, err);
	json_forget(&log->json);
	return r;
}

static void open_log(struct json_log *log)
{
	if (log->is_open)
		return;
	json_open(&log->json, '{');
	json_key(&log->json, "dmesg");
	json_open(&log->json, '[');
	log->is_open = true;
}

static void put_priority(struct json_log *log, const struct record *record)
{
	const char *facility = facility_name(record->facility);
	const unsigned int both =
		(unsigned int)record->facility << PRIORITY_LEVEL_BITS | record->level;

	if (log->decode) {
		json_key(&log->json, "fac");
		if (facility)
			json_string(&log->json, facility);
		else
			json_u64(&log->json, record->facility);
	}
	json_key(&log->json, "pri");
	if (log->decode)
		json_string(&log->json, level_name(record->level));
	else
		json_u64(&log->json, both);
}

static void put_record(struct json_log *log, const struct record *record)
{
	char caller[CALLER_MAX];

	if (record_has_priority(record))
		put_priority(log, record);
	if (record->has_info) {
		json_key(&log->json, "time");
		json_seconds(&log->json, record->ts_nsec);
	}
	if (format_caller(record, caller) > 0) {
		json_key(&log->json, "caller");
		json_string(&log->json, caller);
	}
	json_key(&log->json, "msg");
	json_bytes(&log->json, record->text);
}

static int json_log_take(void *ctx, const struct record *record, struct err *err)
{
	struct json_log *log = ctx;

	open_log(log);
	json_open(&log->json, '{');
	if (record->kind == RECORD_GAP) {
		json_key(&log->json, "gap");
		json_bytes(&log->json, record->text);
	} else {
		put_record(log, record);
	}
	json_close(&log->json, '}');
	return drain(log, err);
}

struct record_sink json_log_sink(struct json_log *log)
{
	return (struct record_sink){ json_log_take, log };
}

int json_log_end(struct json_log *log, struct err *err)
{
	open_log(log);
	json_close(&log->json, ']');
	json_close(&log->json, '}');
	return drain(log, err);
}
