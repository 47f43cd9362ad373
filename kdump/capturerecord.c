/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <sys/utsname.h>

#include "lib/json.h"

#include "kdump/capturerecord.h"
#include "kdump/words.h"

enum {
	FORMAT_VERSION = 1, /* raised when a member gets another meaning */
	MS = 1000,          /* in a second */
	NS_OF_MS = 1000000,
	TIME_MAX = 32,
};

static uint64_t ms_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * MS + (uint64_t)now.tv_nsec / NS_OF_MS;
}

void capturerecord_end(struct capture_record *record, int r)
{
	struct capture_step *step = record->n > 0 ? &record->steps[record->n - 1] : NULL;

	if (!step || step->result)
		return;
	step->result = r < 0 ? "failed" : "ok";
	step->took_ms = ms_now() - step->began_ms;
}

void capturerecord_begin(struct capture_record *record, const char *name)
{
	struct capture_step *step;

	capturerecord_end(record, 0);
	if (record->n >= CAPTURERECORD_STEPS_MAX)
		return;
	step = &record->steps[record->n++];
	*step = (struct capture_step){ .began_ms = ms_now() };
	snprintf(step->name, sizeof(step->name), "%s", name);
}

void capturerecord_command(struct capture_record *record, char *const *argv)
{
	free(record->collector);
	record->collector = words_line(argv);
}

void capturerecord_done(struct capture_record *record)
{
	free(record->collector);
	record->collector = NULL;
}

static void put_string(struct json *json, const char *key, const char *value)
{
	json_key(json, key);
	json_string(json, value && value[0] ? value : NULL);
}

/* A moment as people and programs want it: KEY in UTC (RFC 3339), KEY_epoch in seconds. */
static void put_time(struct json *json, const char *key, const char *epoch_key, uint64_t epoch)
{
	time_t when = (time_t)epoch;
	char text[TIME_MAX] = "";
	struct tm tm;

	if (epoch > 0 && gmtime_r(&when, &tm))
		strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &tm);
	put_string(json, key, text);
	json_key(json, epoch_key);
	if (epoch > 0)
		json_u64(json, epoch);
	else
		json_null(json);
}

static void put_steps(struct json *json, const struct capture_record *record)
{
	json_key(json, "steps");
	json_open(json, '[');
	for (size_t i = 0; i < record->n; i++) {
		const struct capture_step *step = &record->steps[i];

		json_open(json, '{');
		put_string(json, "name", step->name);
		put_string(json, "result", step->result ? step->result : "unfinished");
		json_key(json, "ms");
		json_u64(json, step->result ? step->took_ms : ms_now() - step->began_ms);
		json_close(json, '}');
	}
	json_close(json, ']');
}

int capturerecord_format(const struct capture_record *record, char **ret, size_t *ret_size,
			 struct err *err)
{
	struct json json = { NULL };
	struct utsname own;
	int r;

	json_open(&json, '{');
	json_key(&json, "format");
	json_u64(&json, FORMAT_VERSION);
	put_string(&json, "version", VERSION);
	put_string(&json, "result", record->result);
	put_string(&json, "error", record->error);
	put_time(&json, "time", "epoch", (uint64_t)record->when);
	put_time(&json, "crash_time", "crash_epoch", record->crash.crash_time);
	put_string(&json, "system_kernel", record->crash.release);
	put_string(&json, "capture_kernel", uname(&own) == 0 ? own.release : NULL);
	put_string(&json, "target_type", record->target_type);
	put_string(&json, "target", record->target);
	put_string(&json, "folder", record->folder);
	put_string(&json, "memory", record->core);
	put_string(&json, "collector", record->collector);
	json_key(&json, "status");
	json_u64(&json, (uint64_t)record->status);
	put_steps(&json, record);
	json_close(&json, '}');
	r = json_result(&json, err);
	if (r == 0) {
		*ret_size = json.size;
		*ret = TAKE_PTR(json.text);
	}
	json_done(&json);
	return r;
}
