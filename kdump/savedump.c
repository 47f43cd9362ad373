/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "lib/number.h"

#include "kdump/console.h"
#include "kdump/savecore.h"
#include "kdump/savedump.h"
#include "kdump/sinkwrite.h"

#define LOG_UNFINISHED "vmcore-dmesg-incomplete.txt"
#define LOG_NAME       "vmcore-dmesg.txt"

bool savedump_is_makedumpfile(const char *program)
{
	const char *slash = strrchr(program, '/');

	return strcmp(slash ? slash + 1 : program, "makedumpfile") == 0;
}

/*
 * makedumpfile(8): the bit of --message-level for errors, among them the only word that there is
 * of a dump that could not be closed (sinkwrite.c).
 */
#define LEVEL  "--message-level"
#define ERRORS 4

/* A word of makedumpfile's, of which @before stands before it; levels have ERRORS in any case. */
static int add_word(struct strv *ret, const char *before, const char *word)
{
	bool has_value = strncmp(word, LEVEL "=", strlen(LEVEL "=")) == 0;
	const char *value = has_value ? word + strlen(LEVEL "=") : word;
	uint64_t level;

	if ((!has_value && strcmp(before, LEVEL) != 0) || number_parse(value, 10, &level) < 0)
		return strv_add(ret, word);
	return strv_addf(ret, "%s%" PRIu64, has_value ? LEVEL "=" : "", level | ERRORS);
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
		if (!is_makedumpfile)
			r = strv_add(ret, collector->v[i]);
		else if (strcmp(collector->v[i], flattened) != 0)
			r = add_word(ret, collector->v[i - 1], collector->v[i]);
	if (r == 0)
		r = strv_add(ret, vmcore);
	return r == 0 && output ? strv_add(ret, output) : r;
}

static int save_log(const struct savedump_job *job, struct sink *sink, struct err *err)
{
	char *argv[] = { (char *)job->dmesg, (char *)job->vmcore, NULL };
	struct sink_file file = { .unfinished = LOG_UNFINISHED, .name = LOG_NAME };
	int status = 0, r = sink->ops->open(sink, &file, err);

	if (r < 0)
		return r;
	r = sinkwrite_program(job, sink, &file, argv, NULL, &status, err);
	return sinkwrite_finish(sink, &file, r, err);
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
	int r;

	sink->alive = job->alive;
	sink->alive_ctx = job->ctx;
	r = sink->ops->begin(sink, when, err);
	if (r < 0)
		return r;
	console_say("saving to %s", sink->where);
	job->alive(job->ctx);
	if (!sink->core_only)
		try_log(job, sink);
	capturerecord_begin(job->record, "memory");
	console_say("saving %s", SAVECORE_NAME);
	r = savecore(job, sink, &why);
	capturerecord_end(job->record, r);
	if (r < 0)
		return err_set(err, r, "saving %s failed, %s", SAVECORE_NAME, why.text);
	console_say("saving %s complete", SAVECORE_NAME);
	return 0;
}
