/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "kdump/attempts.h"
#include "kdump/conf.h"
#include "kdump/console.h"
#include "kdump/foldersink.h"
#include "kdump/savecore.h"
#include "kdump/sinkwrite.h"
#include "kdump/sparsecopy.h"

#define CORE_UNFINISHED "vmcore-incomplete"
#define FLAT_NAME       "vmcore.flat" /* makedumpfile's flattened format, of a stream */

enum {
	FULL_BYTES = 32 << 20,    /* what a full disk has left: ext4 keeps 16 MiB for itself */
	RESERVED_BYTES = 1 << 20, /* for log and record of the capture */
	MIB_SHIFT = 20,
	BLOCK = 512, /* bytes in the unit of st_blocks, stat(2) */
};

/* What is the same for all attempts, and what one leaves for the next. */
struct saving {
	const struct savedump_job *job;
	struct sink *sink;
	bool folder;   /* it is a folder here: any program can write a file there */
	uint64_t size; /* of all the memory; bytes; 0: not known */
	bool full;     /* there was no room for the last one */
	char *left;    /* path of what it left unfinished; NULL: nothing. Owned */
	uint64_t left_bytes;
};

static void remove_file(const char *path)
{
	if (path && unlink(path) < 0 && errno != ENOENT)
		console_say("cannot remove %s: %s", path, strerror(errno));
}

/* The last attempt failed: what it wrote goes only when another one begins. */
static void remember_left(struct saving *s, const char *path)
{
	struct stat st;

	sink_alive(s->sink);
	if (!path || stat(path, &st) < 0)
		return;
	s->left = strdup(path);
	s->left_bytes = (uint64_t)st.st_blocks * BLOCK;
}

static void remove_left(struct saving *s)
{
	remove_file(s->left);
	sink_alive(s->sink);
	free(s->left);
	s->left = NULL;
	s->left_bytes = 0;
}

/* Our own copy of all the memory, on its way. */
struct copying {
	const struct savedump_job *job;
	struct progress progress;
	time_t alive; /* last sign of life */
};

static void tell_copied(void *ctx, uint64_t done)
{
	struct copying *c = ctx;
	time_t now = time(NULL);

	if (now != c->alive)
		c->job->alive(c->job->ctx);
	c->alive = now;
	progress_tell(&c->progress, SAVECORE_NAME, done);
}

static int copy_memory(const struct saving *s, const struct sink_file *file, struct err *err)
{
	static char *const told[] = { (char *)CONF_BUILTIN_COLLECTOR, NULL };
	struct copying c = { .job = s->job, .progress = { .total = s->size } };
	uint64_t lost = 0;
	int r;

	capturerecord_command(s->job->record, told);
	tell_copied(&c, 0);
	r = sparsecopy(s->job->vmcore, file->fd, tell_copied, &c, &lost, err);
	s->job->record->status = r < 0;
	if (lost > 0)
		console_say("%" PRIu64 " bytes of the memory cannot be read; they are zeros in %s",
			    lost, SAVECORE_NAME);
	return r;
}

static int run_collector(const struct saving *s, const struct attempt *attempt,
			 const struct sink_file *file, struct err *err)
{
	_cleanup_(strv_done) struct strv argv = { NULL };
	struct progress progress = { .total = s->size };
	bool tells = savedump_is_makedumpfile(attempt->words.v[0]);

	if (savedump_collector(&attempt->words, s->job->vmcore, file->path, &argv) < 0)
		return err_oom(err);
	capturerecord_command(s->job->record, argv.v);
	progress_tell(&progress, SAVECORE_NAME, 0);
	return sinkwrite_program(s->job, s->sink, file, argv.v, tells ? NULL : &progress,
				 &s->job->record->status, err);
}

/*
 * @configured: it is core_collector, which may know how to write to a path that is none here, as
 * scp does; others then write a stream.
 */
static int try_one(struct saving *s, const struct attempt *attempt, bool configured,
		   struct err *err)
{
	bool by_path = !s->sink->streams && !attempt->own && (configured || s->folder);
	bool flat = !by_path && !attempt->own && savedump_is_makedumpfile(attempt->words.v[0]);
	struct sink_file file = { .unfinished = CORE_UNFINISHED,
				  .name = flat ? FLAT_NAME : SAVECORE_NAME,
				  .by_path = by_path };
	_cleanup_free_ char *path = NULL;
	int r;

	remove_left(s);
	r = s->sink->ops->open(s->sink, &file, err);
	if (r < 0)
		return r;
	sink_alive(s->sink);
	if (s->folder)
		remove_file(file.path); /* what our own copy left */
	s->job->record->status = 0;
	r = attempt->own ? copy_memory(s, &file, err) : run_collector(s, attempt, &file, err);
	s->full = r == -ENOSPC || (r < 0 && foldersink_space(s->sink) < FULL_BYTES);
	path = s->folder && file.path ? strdup(file.path) : NULL;
	r = sinkwrite_finish(s->sink, &file, r, err);
	if (r < 0 && !s->sink->lost)
		remember_left(s, path);
	s->full |= r == -ENOSPC;
	if (r == 0)
		s->job->record->core = file.name;
	return r;
}

/* Could @attempt do better than one that failed? */
static bool is_worthwhile(const struct saving *s, const struct attempt *attempt)
{
	uint64_t space = foldersink_space(s->sink);

	if (s->sink->lost)
		return false;
	if (space != UINT64_MAX)
		space += s->left_bytes;
	if ((s->full && !attempt->less) || (attempt->own && !s->folder))
		return false;
	if (!attempt->own || s->size <= space)
		return true;
	console_say("no room for %s: %" PRIu64 " MiB, and %" PRIu64 " MiB are free", attempt->name,
		    s->size >> MIB_SHIFT, space >> MIB_SHIFT);
	return false;
}

/* Is there certainly no room for what core_collector asks for, but perhaps for less? */
static bool skips_first(const struct saving *s, const struct attempts *attempts)
{
	const struct attempt *first = &attempts->v[0];
	bool less = false;

	for (size_t i = 1; i < attempts->n; i++)
		less |= attempts->v[i].less;
	return less && s->size > foldersink_space(s->sink) &&
	       (first->own || !savedump_is_makedumpfile(first->words.v[0]));
}

static int try_all(struct saving *s, const struct attempts *attempts, struct err *err)
{
	const size_t n = s->job->once ? 1 : attempts->n;
	struct err why = ERR_INIT;
	int first = 0, r = -1;

	s->full = !s->job->once && skips_first(s, attempts);
	if (s->sink->lost)
		return err_set(err, -EIO, "the dump target's server does not answer");
	if (s->full)
		first = err_set(err, -ENOSPC, "there is no room for all of the memory");
	for (size_t i = s->full ? 1 : 0; r < 0 && i < n; i++) {
		if (i > 0 && !is_worthwhile(s, &attempts->v[i]))
			continue;
		if (i > 0)
			console_say("saving %s failed, %s; trying %s", SAVECORE_NAME,
				    why.text[0] ? why.text : err->text, attempts->v[i].name);
		r = try_one(s, &attempts->v[i], i == 0, &why);
		if (r == 0 && i > 0)
			s->job->record->result = CAPTURERECORD_REDUCED;
		if (r < 0 && first == 0)
			first = err_set(err, r, "%s", why.text);
	}
	return r == 0 ? 0 : first;
}

/*
 * Room that the memory cannot take, for what is told of its failure beside it: a file without a
 * name. Return: its descriptor, to be closed; -1 if there is no such thing there.
 */
static int reserve_room(const struct sink *sink)
{
	const char *folder = sink->remote ? NULL : foldersink_parent(sink);
	int fd = folder ? open(folder, O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600) : -1;

	if (fd >= 0 && fallocate(fd, 0, 0, RESERVED_BYTES) < 0) {
		close(fd);
		return -1;
	}
	return fd;
}

int savecore(const struct savedump_job *job, struct sink *sink, struct err *err)
{
	_cleanup_(attempts_done) struct attempts attempts = { .n = 0 };
	struct saving saving = { .job = job,
				 .sink = sink,
				 .folder = foldersink_parent(sink) != NULL };
	long cpus = sysconf(_SC_NPROCESSORS_ONLN);
	struct stat st;
	int reserved, r;

	if (stat(job->vmcore, &st) == 0)
		saving.size = (uint64_t)st.st_size;
	if (attempts_make(job->collector, job->makedumpfile, cpus > 1 ? (unsigned int)cpus : 1,
			  sink->streams, &attempts) < 0)
		return err_oom(err);
	reserved = reserve_room(sink);
	r = try_all(&saving, &attempts, err);
	close_fd(&reserved);
	free(saving.left);
	return r;
}
