/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <string.h>

#include "lib/options.h"
#include "vmcore-dmesg/priority.h"
#include "vmcore-dmesg/request.h"

enum option {
	OPTION_CAUSE = 1,
	OPTION_JSON,
	OPTION_LEVEL,
	OPTION_FACILITY,
	OPTION_KERNEL,
	OPTION_USERSPACE,
	OPTION_SINCE,
	OPTION_UNTIL,
	OPTION_DECODE,
	OPTION_RAW,
	OPTION_CALLER,
	OPTION_FORCE_PREFIX,
	OPTION_CTIME,
	OPTION_RELTIME,
	OPTION_DELTA,
	OPTION_NOTIME,
	OPTION_TIME_FORMAT,
	OPTION_HUMAN,
	OPTION_COLOR,
	OPTION_NOPAGER,
	OPTION_UTF8,
	OPTION_HELP,
	OPTION_VERSION,
};

static const struct option_row rows[] = {
	{ OPTION_LEVEL, 'l', "level", "LIST",
	  "only these levels: emerg alert crit err warn notice info debug; err+ is err and worse",
	  "Which records:" },
	{ OPTION_FACILITY, 'f', "facility", "LIST",
	  "only these facilities: kern user mail daemon auth syslog ..." },
	{ OPTION_KERNEL, 'k', "kernel", NULL, "only what the kernel itself logged" },
	{ OPTION_USERSPACE, 'u', "userspace", NULL, "only what programs logged" },
	{ OPTION_SINCE, 0, "since", "TIME",
	  "only from TIME on: '2026-11-23 14:40', 14:40, -5min (before the crash)" },
	{ OPTION_UNTIL, 0, "until", "TIME", "only up to TIME" },
	{ OPTION_DECODE, 'x', "decode", NULL, "facility and level in words",
	  "How to show them; without any of these, as kexec-tools' vmcore-dmesg does:" },
	{ OPTION_RAW, 'r', "raw", NULL, "facility and level as a number, <6>" },
	{ OPTION_CALLER, 0, "caller", NULL, "who called printk: [T1] a thread, [C0] a CPU" },
	{ OPTION_FORCE_PREFIX, 'p', "force-prefix", NULL, "time and all in front of each line" },
	{ OPTION_CTIME, 'T', "ctime", NULL, "wall clock time, exact to about a second" },
	{ OPTION_RELTIME, 'e', "reltime", NULL, "wall clock time each minute, else the delta" },
	{ OPTION_DELTA, 'd', "show-delta", NULL, "time since the record before, too" },
	{ OPTION_NOTIME, 't', "notime", NULL, "no time" },
	{ OPTION_TIME_FORMAT, 0, "time-format", "FORMAT",
	  "ctime, reltime, delta, iso, notime or raw (seconds since boot)" },
	{ OPTION_HUMAN, 'H', "human", NULL, "for people: --reltime --color=auto" },
	{ OPTION_COLOR, 'L', "color", "WHEN", "colours: auto (on a terminal), always, never", NULL,
	  true },
	{ OPTION_NOPAGER, 'P', "nopager", NULL, "there is no pager; does nothing" },
	{ OPTION_UTF8, 0, "utf-8", NULL, "show UTF-8 as it is" },
	{ OPTION_JSON, 'J', "json", NULL, "JSON" },
	{ OPTION_CAUSE, 0, "cause", NULL,
	  "say what crashed the kernel, where and how; with --json as a JSON object; FILE may "
	  "also be a log as text",
	  "Instead of the log:" },
	{ OPTION_HELP, 'h', "help", NULL, "print this help" },
	{ OPTION_VERSION, 'V', "version", NULL, "print the version" },
};

const char request_usage[] = "usage: vmcore-dmesg [OPTION]... <kernel core file>\n";

/* The command line while it is read. */
struct reading {
	struct request *request;
	uint32_t seen; /* options, as bits */
};

static bool was_given(const struct reading *reading, enum option option)
{
	return reading->seen >> option & 1;
}

/* "always", and "=always" of "-L=always". */
static int take_color(struct request *request, const char *when, struct err *err)
{
	static const char *const names[] = {
		[COLOR_NEVER] = "never",
		[COLOR_AUTO] = "auto",
		[COLOR_ALWAYS] = "always",
	};

	request->color = COLOR_AUTO;
	if (!when)
		return 0;
	when += *when == '=';
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (strcmp(when, names[i]) == 0) {
			request->color = (enum color_mode)i;
			return 0;
		}
	return err_set(err, -EINVAL, "--color is auto, always or never, not '%s'", when);
}

/* Options that say which records are shown. Return: 1 if it is none. */
static int take_selection(struct request *request, enum option option, const char *arg,
			  struct err *err)
{
	switch (option) {
	case OPTION_LEVEL:
		request->by_level = true;
		return levels_parse(arg, &request->levels, err);
	case OPTION_FACILITY:
		request->by_facility = true;
		return facilities_parse(arg, &request->facilities, err);
	case OPTION_KERNEL:
		request->by_facility = true;
		request->facilities |= UINT32_C(1) << FACILITY_KERN;
		return 0;
	case OPTION_USERSPACE:
		request->by_facility = true;
		request->facilities |= ~(UINT32_C(1) << FACILITY_KERN);
		return 0;
	case OPTION_SINCE:
		request->has_since = true;
		return when_parse(arg, &request->since, err);
	case OPTION_UNTIL:
		request->has_until = true;
		return when_parse(arg, &request->until, err);
	default:
		return 1;
	}
}

/* Options that say how times are shown. Return: 1 if it is none. */
static int take_time(struct request *request, enum option option, const char *arg, struct err *err)
{
	switch (option) {
	case OPTION_CTIME:
		stamps_add(&request->stamps, STAMP_CTIME);
		return 0;
	case OPTION_HUMAN:
		request->color = COLOR_AUTO;
		stamps_add(&request->stamps, STAMP_RELTIME);
		return 0;
	case OPTION_RELTIME:
		stamps_add(&request->stamps, STAMP_RELTIME);
		return 0;
	case OPTION_DELTA:
		stamps_add(&request->stamps, STAMP_SECONDS_DELTA);
		return 0;
	case OPTION_NOTIME:
		request->stamps.none = true;
		return 0;
	case OPTION_TIME_FORMAT:
		return stamps_add_named(&request->stamps, arg, err);
	default:
		return 1;
	}
}

static int take_form(struct request *request, enum option option, const char *arg, struct err *err)
{
	switch (option) {
	case OPTION_CAUSE:
		request->cause = true;
		break;
	case OPTION_JSON:
		request->json = true;
		break;
	case OPTION_DECODE:
		request->decode = true;
		break;
	case OPTION_RAW:
		request->raw = true;
		break;
	case OPTION_CALLER:
		request->caller = true;
		break;
	case OPTION_FORCE_PREFIX:
		request->each_line = true;
		break;
	case OPTION_UTF8:
		request->keep_utf8 = true;
		break;
	case OPTION_COLOR:
		return take_color(request, arg, err);
	case OPTION_HELP:
		request->help = true;
		break;
	case OPTION_VERSION:
		request->version = true;
		break;
	default:
		break;
	}
	return 0;
}

static int take_option(void *ctx, int id, const char *arg, struct err *err)
{
	struct reading *reading = ctx;
	const enum option option = (enum option)id;
	int r = take_selection(reading->request, option, arg, err);

	reading->seen |= UINT32_C(1) << option;
	if (r == 1)
		r = take_time(reading->request, option, arg, err);
	return r == 1 ? take_form(reading->request, option, arg, err) : r;
}

static const char *name_of(enum option option)
{
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		if (rows[i].id == (int)option)
			return rows[i].long_name;
	return "";
}

/* No option of @others may stand beside @option. */
static int check_exclusive(const struct reading *reading, enum option option,
			   const enum option *others, size_t count, struct err *err)
{
	for (size_t i = 0; i < count; i++)
		if (was_given(reading, option) && was_given(reading, others[i]))
			return err_set(err, -EINVAL, "mutually exclusive options: --%s --%s",
				       name_of(option), name_of(others[i]));
	return 0;
}

static int check_options(const struct reading *reading, struct err *err)
{
	static const enum option beside_raw[] = {
		OPTION_HUMAN,   OPTION_COLOR,  OPTION_CTIME,  OPTION_DELTA,
		OPTION_RELTIME, OPTION_DECODE, OPTION_NOTIME, OPTION_TIME_FORMAT,
	};
	static const enum option beside_cause[] = {
		OPTION_LEVEL,        OPTION_FACILITY,    OPTION_KERNEL,  OPTION_USERSPACE,
		OPTION_SINCE,        OPTION_UNTIL,       OPTION_DECODE,  OPTION_RAW,
		OPTION_CALLER,       OPTION_CTIME,       OPTION_RELTIME, OPTION_DELTA,
		OPTION_NOTIME,       OPTION_HUMAN,       OPTION_COLOR,   OPTION_UTF8,
		OPTION_FORCE_PREFIX, OPTION_TIME_FORMAT,
	};
	int r = check_exclusive(reading, OPTION_RAW, beside_raw, ARRAY_SIZE(beside_raw), err);

	if (r == 0)
		r = check_exclusive(reading, OPTION_CAUSE, beside_cause, ARRAY_SIZE(beside_cause),
				    err);
	return r;
}

/* Options that say what is shown, and not how, leave the default output's form. */
static bool is_plain(const struct reading *reading)
{
	const struct request *request = reading->request;

	return !request->raw && !request->decode && !request->each_line && !request->caller &&
	       !request->stamps.none && request->stamps.count == 0 &&
	       request->color == COLOR_NEVER && !request->json;
}

int request_parse(int argc, char **argv, struct request *ret, struct err *err)
{
	struct reading reading = { ret, 0 };
	int first, r;

	_Static_assert(OPTION_VERSION < 32, "struct reading's bits");
	*ret = (struct request){ .path = NULL };
	r = options_parse(rows, ARRAY_SIZE(rows), argc, argv, take_option, &reading, &first, err);
	if (r < 0 || ret->help || ret->version)
		return r;
	r = check_options(&reading, err);
	if (r < 0)
		return r;
	ret->path = argc - first == 1 ? argv[first] : NULL;
	ret->plain = is_plain(&reading);
	stamps_combine(&ret->stamps);
	return 0;
}

bool request_needs_clock(const struct request *request)
{
	if ((request->has_since && when_needs_clock(&request->since)) ||
	    (request->has_until && when_needs_clock(&request->until)))
		return true;
	for (size_t i = 0; !request->json && i < request->stamps.count; i++)
		if (stamp_needs_clock(request->stamps.kinds[i]))
			return true;
	return false;
}

void request_help(FILE *out)
{
	fputs(request_usage, out);
	fputs("Print the log of a crashed kernel, e.g. from /proc/vmcore or a copy of it.\n", out);
	options_help(out, rows, ARRAY_SIZE(rows));
}
