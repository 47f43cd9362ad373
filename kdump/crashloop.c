/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "lib/err.h"
#include "lib/sysroot.h"

#include "kdump/console.h"
#include "kdump/crashloop.h"
#include "kdump/dumps.h"
#include "kdump/ending.h"
#include "kdump/foldersink.h"

/*
 * Either way: a clock that starts anew at each boot, or that is slow and was set before the crash
 * only once, makes an earlier dump the later one, and so does a name that was taken.
 */
static uint64_t distance(time_t a, time_t b)
{
	return a > b ? (uint64_t)(a - b) : (uint64_t)(b - a);
}

uint64_t crashloop_count(const struct sink *sink, uint64_t seconds, time_t when)
{
	static const struct sysroot here = { .dir = "" };
	_cleanup_(dumps_done) struct dumps dumps = DUMPS_INIT;
	const char *folder = foldersink_parent(sink);
	struct err err = ERR_INIT;
	uint64_t count = 1;
	int r;

	if (!folder)
		return CRASHLOOP_UNKNOWN;
	r = dumps_read(&here, folder, &dumps, &err);
	if (r == -ENOENT)
		return count;
	if (r < 0) {
		console_error(&err);
		return CRASHLOOP_UNKNOWN;
	}
	for (size_t i = 0; i < dumps.n; i++) {
		const struct dump *dump = &dumps.v[i];

		/* Other machines' dumps may lie beside ours. */
		count += dump_name_is_of(dump->name, sink->host) &&
			 distance(when, dump->said.time) <= seconds;
	}
	return count;
}

/* Return: is it another action now? */
static bool change(enum conf_action *action, enum conf_action to)
{
	if (*action != CONF_REBOOT)
		return false;
	*action = to;
	return true;
}

void crashloop_watch(const struct sink *sink, time_t when, struct conf *conf)
{
	enum conf_action end = conf->crash_loop.action;
	uint64_t count, seconds = conf->crash_loop.seconds;
	bool changed;

	if (!conf->crash_loop.count || sink->name) /* one on purpose has a name of its own */
		return;
	count = crashloop_count(sink, seconds, when);
	if (count == CRASHLOOP_UNKNOWN) {
		console_say("crash_loop: how many dumps there were is not known on this target");
		return;
	}
	console_say("crash_loop: dump %" PRIu64 " within %" PRIu64 " s, of %" PRIu64, count,
		    seconds, conf->crash_loop.count);
	if (count < conf->crash_loop.count)
		return;
	changed = change(&conf->final_action, end);
	changed = change(&conf->failure_action, end) || changed;
	if (changed)
		console_say("crash_loop: that is enough: %s in the end, not restarting",
			    ending_of(end)->doing);
}
