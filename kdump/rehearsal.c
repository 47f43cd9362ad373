/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "lib/file.h"
#include "lib/sysroot.h"

#include "kdump/captarget.h"
#include "kdump/capturerecord.h"
#include "kdump/collector.h"
#include "kdump/conf.h"
#include "kdump/console.h"
#include "kdump/dumpname.h"
#include "kdump/dumpspace.h"
#include "kdump/fencenotify.h"
#include "kdump/layout.h"
#include "kdump/modload.h"
#include "kdump/rehearsal.h"
#include "kdump/savedump.h"

/* The memory of the running kernel, as far as its log: vmcore-dmesg reads it. */
#define LIVE_CORE "/proc/kcore"

enum {
	SAMPLE_MIB = 64,
	STALL_SECONDS = 60, /* without a byte written */
	NS_PER_MS = 1000000,
};

static const struct sysroot here = { .dir = "" };

static uint64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / NS_PER_MS;
}

static void tell_time(const char *what, uint64_t since_ms)
{
	uint64_t took = now_ms() - since_ms;

	console_say("rehearsal: %s after %ju.%03ju s", what, (uintmax_t)(took / 1000),
		    (uintmax_t)(took % 1000));
}

static void count_failure(void *ctx, const char *name _unused_, const struct err *err)
{
	unsigned int *failures = ctx;

	console_say("rehearsal: %s", err->text);
	(*failures)++;
}

static int load_modules(struct err *err)
{
	unsigned int failures = 0;
	uint64_t start = now_ms();
	int r = modload_all(&here, count_failure, &failures, err);

	if (r < 0)
		return r;
	if (failures > 0)
		return err_set(err, -ENOEXEC, "%u of the image's modules cannot be loaded",
			       failures);
	tell_time("modules loaded", start);
	return 0;
}

static void nobody_watches(void *ctx _unused_)
{
}

/* Room and time for a dump, by what the sample took. Compression makes it less. */
static void foretell(const struct dumpspace *space, const struct capture_step *sample)
{
	char room[64] = "";

	if (space->need == 0)
		return;
	if (space->room > 0)
		snprintf(room, sizeof(room), "; %ju MiB are free", (uintmax_t)(space->room >> 20));
	console_say("rehearsal: a dump may need %ju MiB%s", (uintmax_t)(space->need >> 20), room);
	console_say("rehearsal: as fast as the sample, that many take %ju s",
		    (uintmax_t)dumpspace_seconds(space->need, (uint64_t)SAMPLE_MIB << 20,
						 sample->took_ms));
}

static int save(const char *program, const struct conf *conf, struct sink *sink, struct err *err)
{
	char *words[] = { (char *)program, (char *)REHEARSAL_SAMPLE_OPTION, NULL };
	const struct strv sampler = { .v = words, .n = 2 };
	_cleanup_(capturerecord_done) struct capture_record record = { .n = 0 };
	const struct savedump_job job = { .vmcore = LIVE_CORE,
					  .dmesg = LAYOUT_DMESG,
					  .collector = &sampler,
					  .stall = STALL_SECONDS,
					  .alive = nobody_watches,
					  .once = true,
					  .record = &record };
	_cleanup_free_ char *warning = NULL;
	const char *folder = sink->streams ? NULL : LAYOUT_MOUNT_POINT;
	struct dumpspace space = { .need = 0 };
	struct err ignored = ERR_INIT;
	int r;

	if (dumpspace_read(&here, folder, &conf->collector, &space, &ignored) < 0)
		console_say("rehearsal: how large a dump gets is not known: %s", ignored.text);
	if (!sink->streams &&
	    dumpspace_check(&here, LAYOUT_MOUNT_POINT, "the dump target", &conf->collector,
			    &warning, &ignored) == 0 &&
	    warning)
		console_say("%s", warning);
	r = savedump(&job, sink, time(NULL), err);
	if (r == 0 && record.n > 0) /* the memory is the last step */
		foretell(&space, &record.steps[record.n - 1]);
	if (sink->where && !sink->lost && sink->ops->discard(sink, &ignored) < 0)
		console_error(&ignored);
	return r;
}

static int try_target(const char *program, const struct conf *conf, struct err *err)
{
	const struct guard nobody = GUARD_NONE;
	struct sink sink = { NULL };
	uint64_t start = now_ms();
	int r = captarget_open(conf, &nobody, &sink, err);

	if (r == 0) {
		tell_time("the dump target is ready", start);
		r = sink_set_host(&sink, DUMP_NAME_REHEARSAL, err);
	}
	/* scp only copies files that are there: what it would send is streamed. */
	sink.streams = sink.streams || (r == 0 && strcmp(conf->target_type, "ssh") == 0);
	start = now_ms();
	if (r == 0)
		r = save(program, conf, &sink, err);
	if (r == 0)
		tell_time("log and a sample of 64 MiB are on it", start);
	captarget_close(&sink, &nobody);
	return r;
}

int rehearsal_run(const char *program, bool with_modules, struct err *err)
{
	_cleanup_(conf_done) struct conf conf = { NULL };
	int r = conf_read(&here, CONF_IMAGE, &conf, err);

	if (r == 0 && with_modules)
		r = load_modules(err);
	if (r == 0)
		r = collector_check(&here, &conf, conf.collector.v[0], err);
	if (r == 0)
		r = fencenotify_check(err);
	return r < 0 ? r : try_target(program, &conf, err);
}

/* Nothing that a disk or a line could make smaller: xorshift (G. Marsaglia, 2003). */
static void fill(uint64_t *words, size_t count, uint64_t *state)
{
	for (size_t i = 0; i < count; i++) {
		*state ^= *state << 13;
		*state ^= *state >> 7;
		*state ^= *state << 17;
		words[i] = *state;
	}
}

int rehearsal_sample(const char *output, struct err *err)
{
	enum { WORDS = (1 << 20) / sizeof(uint64_t) };
	static uint64_t words[WORDS];
	uint64_t state = 1;
	_cleanup_close_ int file = -1;
	int fd = STDOUT_FILENO, r = 0;

	if (output) {
		file = open(output, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
		if (file < 0)
			return err_errno(err, -errno, "cannot create %s", output);
		fd = file;
	}
	for (int i = 0; r == 0 && i < SAMPLE_MIB; i++) {
		fill(words, WORDS, &state);
		r = file_write_all(fd, words, sizeof(words));
	}
	return r < 0 ? err_errno(err, r, "cannot write a sample of %d MiB", SAMPLE_MIB) : 0;
}
