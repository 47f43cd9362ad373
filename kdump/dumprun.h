/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One dump with all that belongs to it, from the moment on that its target can be written to:
 * the programs before it, log and memory, the programs after it, and what is told of it all in
 * files beside it. The order is that of RHEL's kdump.sh.
 */
#ifndef KDUMP_DUMPRUN_H
#define KDUMP_DUMPRUN_H

#include <time.h>

#include "lib/attrs.h"
#include "lib/err.h"

#include "kdump/capturerecord.h"
#include "kdump/conf.h"
#include "kdump/hooks.h"
#include "kdump/savedump.h"
#include "kdump/selftest.h"
#include "kdump/sink.h"

/** DUMPRUN_REFUSED - kdump_pre failed: there is to be no dump. */
#define DUMPRUN_REFUSED 1

/** struct dumprun - what it takes; all borrowed. */
struct dumprun {
	struct conf *conf; /* whose endings crash_loop may change */
	const struct hooks *hooks;
	const struct savedump_job *job;
	struct sink *sink;
	struct capture_record *record;
	const struct selftest *test; /* that the dump is of; its id is "" if it is of none */
};

/**
 * dumprun_count() - the dump that follows, at @when, is one more for crash_loop, unless it is of a
 * test: see crashloop_watch(). To be asked before any of those that count are removed.
 */
void dumprun_count(const struct dumprun *run, time_t when);

/**
 * dumprun_make_room() - where there may be too little for the dump that follows, remove old ones:
 * see makeroom(). For a test nothing is removed.
 */
void dumprun_make_room(const struct dumprun *run);

/**
 * dumprun() - kdump_pre, pre.d, log and memory, post.d, kdump_post.
 * Return: 0; DUMPRUN_REFUSED, and nothing was counted; -errno if the memory was not saved.
 */
_must_check_ int dumprun(const struct dumprun *run, time_t when, struct err *err);

/**
 * dumprun_failed() - what is to be done when there is no dump, for whatever reason, before the
 * failure action: emergency.d, kdump_emergency.
 * @err: the reason.
 */
void dumprun_failed(const struct dumprun *run, const struct err *err);

/**
 * dumprun_tell() - save the capture's log and record beside the dump, if one was begun in the
 * sink, and how the test went if it is one. Failures are told of on the console. Where the sink
 * is lost, nothing is tried.
 */
void dumprun_tell(const struct dumprun *run);

#endif
