/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <string.h>

#include "kdump/console.h"
#include "kdump/run.h"
#include "kdump/savedump.h"

#define LOG_UNFINISHED  "vmcore-dmesg-incomplete.txt"
#define LOG_NAME        "vmcore-dmesg.txt"
#define CORE_UNFINISHED "vmcore-incomplete"
#define CORE_NAME       "vmcore"
#define FLAT_NAME       "vmcore.flat" /* makedumpfile's flattened format, of a stream */

bool savedump_is_makedumpfile(const char *program)
{
	const char *slash = strrchr(program, '/');

	return strcmp(slash ? slash + 1 : program, "makedumpfile") == 0;
}

int savedump_collector(const struct strv *collector, const char *vmcore, const char *output,
		       struct strv *ret)
{
	static const char flattened[] = "-F";
	bool is_makedumpfile = savedump_is_makedumpfile(collector->v[0]);
	int r = strv_add(ret, collector->v[0]);

	if (r == 0 && is_makedumpfile && !output)
		r = strv_add(ret, flattened);
	for (size_t i = 1; r == 0 && i < collector->n; i++)
		if (!is_makedumpfile || strcmp(collector->v[i], flattened) != 0)
			r = strv_add(ret, collector->v[i]);
	if (r == 0)
		r = strv_add(ret, vmcore);
	return r == 0 && output ? strv_add(ret, output) : r;
}

/* Progress of a program: the file that it writes grows. */
struct growth {
	const struct savedump_job *job;
	struct sink *sink;
	const struct sink_file *file;
	uint64_t last;
};

static bool has_grown(void *ctx)
{
	struct growth *g = ctx;
	uint64_t now = g->sink->ops->progress(g->sink, g->file);
	bool grown = now != g->last;

	g->job->alive(g->job->ctx);
	g->last = now;
	return grown;
}

/* Run a program that writes @file. @ret_status: if it ran. Return: 0 if it did, -errno. */
static int run_writer(const struct savedump_job *job, struct sink *sink,
		      const struct sink_file *file, char *const *argv, int *ret_status,
		      struct err *err)
{
	struct growth growth = { .job = job, .sink = sink, .file = file };
	const struct run_options options = { .stdout_fd = file->fd < 0 ? 0 : file->fd,
					     .seconds = job->stall,
					     .tick = has_grown,
					     .ctx = &growth };
	int r = run_program(argv, &options, ret_status, err);

	job->alive(job->ctx);
	return r == 0 && *ret_status != 0 ? err_set(err, -EIO, "exitcode:%d", *ret_status) : r;
}

/* What a program wrote gets its name, or, if @r says that it failed, stays as it is. */
static int finish(struct sink *sink, struct sink_file *file, int r, struct err *err)
{
	struct err lost = ERR_INIT;
	int kept;

	if (r == 0)
		return sink->ops->publish(sink, file, err);
	kept = sink->ops->keep(sink, file, &lost);
	if (kept < 0 && kept != -ENOENT)
		console_error(&lost);
	return r;
}

static int save_log(const struct savedump_job *job, struct sink *sink, struct err *err)
{
	char *argv[] = { (char *)job->dmesg, (char *)job->vmcore, NULL };
	struct sink_file file = { .unfinished = LOG_UNFINISHED, .name = LOG_NAME };
	int status = 0, r = sink->ops->open(sink, &file, err);

	if (r < 0)
		return r;
	r = run_writer(job, sink, &file, argv, &status, err);
	return finish(sink, &file, r, err);
}

static int save_core(const struct savedump_job *job, struct sink *sink, struct err *err)
{
	_cleanup_(strv_done) struct strv argv = { NULL };
	bool flat = sink->streams && savedump_is_makedumpfile(job->collector->v[0]);
	struct sink_file file = { .unfinished = CORE_UNFINISHED,
				  .name = flat ? FLAT_NAME : CORE_NAME,
				  .by_path = !sink->streams };
	int r = sink->ops->open(sink, &file, err);

	if (r < 0)
		return r;
	if (savedump_collector(job->collector, job->vmcore, file.path, &argv) < 0)
		r = err_oom(err);
	if (r == 0) {
		capturerecord_command(job->record, argv.v);
		r = run_writer(job, sink, &file, argv.v, &job->record->status, err);
	}
	r = finish(sink, &file, r, err);
	if (r == 0)
		job->record->core = file.name;
	return r;
}

static void try_log(const struct savedump_job *job, struct sink *sink)
{
	struct err err = ERR_INIT;
	int r;

	capturerecord_begin(job->record, "log");
	console_say("saving %s", LOG_NAME);
	r = save_log(job, sink, &err);
	if (r < 0)
		console_say("saving %s failed, %s", LOG_NAME, err.text);
	else
		console_say("saving %s complete", LOG_NAME);
	capturerecord_end(job->record, r);
}

int savedump(const struct savedump_job *job, struct sink *sink, time_t when, struct err *err)
{
	struct err why = ERR_INIT;
	int r = sink->ops->begin(sink, when, err);

	if (r < 0)
		return r;
	console_say("saving to %s", sink->where);
	job->alive(job->ctx);
	if (!sink->core_only)
		try_log(job, sink);
	capturerecord_begin(job->record, "memory");
	console_say("saving %s", CORE_NAME);
	r = save_core(job, sink, &why);
	capturerecord_end(job->record, r);
	if (r < 0)
		return err_set(err, r, "saving %s failed, %s", CORE_NAME, why.text);
	console_say("saving %s complete", CORE_NAME);
	return 0;
}
