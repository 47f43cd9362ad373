/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/file.h"

#include "kdump/console.h"
#include "kdump/relay.h"
#include "kdump/run.h"
#include "kdump/sinkwrite.h"

enum {
	MESSAGES_SECONDS = 10, /* until what a program said last is on the console */
	LOST_SECONDS = 1,      /* for a program whose file's server is gone */
};

/*
 * makedumpfile's, when close() of the dump fails, after which it ends as if all were well. The NFS
 * client of older kernels tells only the open file that wrote of an error that shows late: there
 * this line is all that there is of it.
 */
#define NOT_CLOSED "Can't close the dump file"

/* Progress of a program: the file that it writes grows. */
struct growth {
	const struct savedump_job *job;
	struct sink *sink;
	const struct sink_file *file;
	struct progress *progress;
	unsigned int *patience; /* seconds that it may go on without progress */
	uint64_t last;
};

static bool has_grown(void *ctx)
{
	struct growth *g = ctx;
	uint64_t now = g->sink->ops->progress(g->sink, g->file);
	bool grown = now != g->last;
	struct stat st;

	g->job->alive(g->job->ctx);
	g->last = now;
	if (g->sink->lost) {
		/* It would wait for each of its writes, and for all that is left when it ends. */
		*g->patience = LOST_SECONDS;
		return false;
	}
	if (g->progress && g->file->path && stat(g->file->path, &st) == 0)
		progress_tell(g->progress, g->file->name, (uint64_t)st.st_size);
	return grown;
}

/* Run it, and tell if what it wrote is known not to be whole although it ends well. */
static int run_watched(char *const *argv, struct run_options *options, int *ret_status,
		       struct err *err)
{
	struct relay messages = RELAY_NONE;
	struct err second = ERR_INIT;
	bool found;
	int r;

	if (relay_start(STDERR_FILENO, NOT_CLOSED, &messages, &second) == 0)
		options->stderr_fd = messages.fd;
	else
		console_say("%s, going on", second.text);
	r = run_program(argv, options, ret_status, err);
	if (relay_finish(&messages, MESSAGES_SECONDS, &found, &second) < 0)
		console_say("%s", second.text);
	if (r == 0 && *ret_status == 0 && found)
		r = err_set(err, -EIO, "not all of the file was written");
	return r;
}

int sinkwrite_program(const struct savedump_job *job, struct sink *sink,
		      const struct sink_file *file, char *const *argv, struct progress *progress,
		      int *ret_status, struct err *err)
{
	struct growth growth = { .job = job, .sink = sink, .file = file, .progress = progress };
	struct run_options options = { .stdout_fd = file->fd < 0 ? 0 : file->fd,
				       .seconds = job->stall,
				       .tick = has_grown,
				       .ctx = &growth };
	int r;

	growth.patience = &options.seconds;
	r = file->path && savedump_is_makedumpfile(argv[0])
		    ? run_watched(argv, &options, ret_status, err)
		    : run_program(argv, &options, ret_status, err);

	job->alive(job->ctx);
	if (r < 0 && sink->lost)
		return err_set(err, -EIO, "its server does not answer");
	return r == 0 && *ret_status != 0 ? err_set(err, -EIO, "exitcode:%d", *ret_status) : r;
}

int sinkwrite_finish(struct sink *sink, struct sink_file *file, int r, struct err *err)
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

int sinkwrite_text(struct sink *sink, const char *unfinished, const char *name, const char *text,
		   size_t size, struct err *err)
{
	struct sink_file file = { .unfinished = unfinished, .name = name };
	int r = sink->ops->open(sink, &file, err);

	if (r < 0)
		return r;
	r = file_write_all(file.fd, text, size);
	if (r < 0)
		err_errno(err, r, "cannot write %s", name);
	return sinkwrite_finish(sink, &file, r, err);
}
