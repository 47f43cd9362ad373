/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "kdump/capturelog.h"
#include "kdump/console.h"
#include "kdump/crashloop.h"
#include "kdump/dumprun.h"
#include "kdump/hookfolder.h"
#include "kdump/foldersink.h"
#include "kdump/layout.h"
#include "kdump/makeroom.h"
#include "kdump/sinkwrite.h"

enum { STATUS_MAX = 16 }; /* bytes of a number as text */

/* A variable of the programs' environment; not set if there is no @value. */
static void tell_hooks(const char *name, const char *value)
{
	if (!value)
		unsetenv(name);
	else if (setenv(name, value, 1) < 0)
		console_say("%s is not told to programs: out of memory", name);
}

static void tell_target(const struct dumprun *run)
{
	_cleanup_free_ char *target = NULL;
	const struct conf *conf = run->conf;

	if (!conf->target || asprintf(&target, "%s %s", conf->target_type, conf->target) < 0)
		target = NULL;
	tell_hooks(HOOKS_TARGET, target);
	tell_hooks(HOOKS_MOUNT, run->sink->ops && !run->sink->streams ? LAYOUT_MOUNT_POINT : NULL);
	tell_hooks(HOOKS_FOLDER, NULL);
	tell_hooks(HOOKS_CORE, NULL);
}

static void tell_dump(const struct dumprun *run)
{
	_cleanup_free_ char *folder = run->sink->where ? strdup(run->sink->where) : NULL;
	size_t len = folder ? strlen(folder) : 0;

	if (len > 1 && folder[len - 1] == '/')
		folder[len - 1] = '\0';
	tell_hooks(HOOKS_FOLDER, folder);
	tell_hooks(HOOKS_CORE, run->record->core);
}

static int before(const struct dumprun *run)
{
	int r;

	tell_target(run);
	capturerecord_begin(run->record, "kdump_pre");
	r = hooks_program(run->hooks, "kdump_pre", run->conf->kdump_pre, NULL);
	capturerecord_end(run->record, r == 0 ? 0 : -1);
	if (r != 0)
		return DUMPRUN_REFUSED;
	capturerecord_begin(run->record, "pre.d");
	hooks_folder(run->hooks, HOOKFOLDER_PRE, NULL);
	return 0;
}

static void after(const struct dumprun *run, int status)
{
	char text[STATUS_MAX];
	int r;

	snprintf(text, sizeof(text), "%d", status);
	tell_dump(run);
	capturerecord_begin(run->record, "post.d");
	hooks_folder(run->hooks, HOOKFOLDER_POST, text);
	capturerecord_begin(run->record, "kdump_post");
	r = hooks_program(run->hooks, "kdump_post", run->conf->kdump_post, text);
	capturerecord_end(run->record, r == 0 ? 0 : -1);
}

/* What a test saves is no dump by any rule, whatever it is called. */
static bool is_test(const struct dumprun *run)
{
	return run->test && run->test->id[0];
}

void dumprun_count(const struct dumprun *run, time_t when)
{
	if (is_test(run))
		return;
	run->job->alive(run->job->ctx);
	crashloop_watch(run->sink, when, run->conf);
}

/* As large as it may get: all of the memory. */
void dumprun_make_room(const struct dumprun *run)
{
	const char *folder = foldersink_parent(run->sink);
	struct stat st;

	if (!folder || is_test(run) || stat(run->job->vmcore, &st) < 0)
		return;
	makeroom(folder, run->sink->host, run->conf, (uint64_t)st.st_size, run->job->alive,
		 run->job->ctx);
	run->job->alive(run->job->ctx);
}

int dumprun(const struct dumprun *run, time_t when, struct err *err)
{
	struct capture_record *record = run->record;
	int r = before(run);

	if (r == DUMPRUN_REFUSED) {
		console_say("kdump_pre failed: nothing is saved");
		return r;
	}
	record->when = when;
	record->target_type = run->conf->target_type;
	record->target = run->conf->target;
	dumprun_count(run, when);
	dumprun_make_room(run);
	r = savedump(run->job, run->sink, when, err);
	if (r < 0 && record->status == 0)
		record->status = 1;
	if (r == 0 && !record->result)
		record->result = CAPTURERECORD_COMPLETE;
	after(run, record->status);
	return r;
}

void dumprun_failed(const struct dumprun *run, const struct err *err)
{
	run->record->result = CAPTURERECORD_FAILED;
	run->record->error = err->text;
	capturerecord_begin(run->record, "emergency.d");
	tell_target(run);
	tell_dump(run);
	hooks_folder(run->hooks, HOOKFOLDER_EMERGENCY, NULL);
	capturerecord_begin(run->record, "kdump_emergency");
	if (hooks_program(run->hooks, "kdump_emergency", run->conf->kdump_emergency, NULL) != 0)
		capturerecord_end(run->record, -1);
}

/* What the machine's next start looks for. Less than what was asked for is no success. */
static int tell_test(const struct dumprun *run, struct err *err)
{
	struct selftest test = *run->test;
	const char *result = run->record->result;
	char text[SELFTEST_TEXT_MAX];

	test.result = result && strcmp(result, CAPTURERECORD_COMPLETE) == 0 ? SELFTEST_SUCCESS
									    : SELFTEST_FAIL;
	selftest_write(&test, text);
	return sinkwrite_text(run->sink, SELFTEST_UNFINISHED, SELFTEST_NAME, text, strlen(text),
			      err);
}

void dumprun_tell(const struct dumprun *run)
{
	_cleanup_free_ char *log = NULL, *record = NULL;
	struct sink *sink = run->sink;
	struct err err = ERR_INIT;
	size_t size;
	int r;

	if (!sink->where || sink->core_only || sink->lost)
		return;
	capturerecord_end(run->record, 0);
	run->record->folder = sink->where;
	run->job->alive(run->job->ctx);
	r = capturerecord_format(run->record, &record, &size, &err);
	if (r == 0)
		r = sinkwrite_text(sink, CAPTURERECORD_UNFINISHED, CAPTURERECORD_NAME, record, size,
				   &err);
	if (r < 0)
		console_say("saving %s failed, %s", CAPTURERECORD_NAME, err.text);
	if (sink->lost)
		return;
	r = capturelog_make(run->hooks->root, &log, &err);
	if (r == 0)
		r = sinkwrite_text(sink, CAPTURELOG_UNFINISHED, CAPTURELOG_NAME, log, strlen(log),
				   &err);
	if (r < 0)
		console_say("saving %s failed, %s", CAPTURELOG_NAME, err.text);
	if (!sink->lost && is_test(run) && tell_test(run, &err) < 0)
		console_say("saving %s failed, %s", SELFTEST_NAME, err.text);
}
