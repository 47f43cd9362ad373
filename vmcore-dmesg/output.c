/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <unistd.h>

#include "vmcore-dmesg/output.h"

/* What is shown of a time ends with microseconds, so a moment lasts until the next one. */
enum { NSEC_IN_USEC_MAX = 999 };

static bool needs_times(const struct request *request)
{
	return request->has_since || request->has_until || request_needs_clock(request);
}

/* Learn what the options need to know about time. */
static int learn_clock(struct output *output, const struct core *core,
		       const struct vmcoreinfo *info, struct err *err)
{
	int r;

	if (!needs_times(output->request))
		return 0;
	r = wall_clock_learn(core, info, &output->clock, err);
	if (r == -EBADMSG)
		return 0; /* no time can be read; what can, is shown, and then this is said */
	if (r < 0)
		return r;
	if (!output->clock.has_last) {
		err_set(err, -ENXIO, "the log has no times");
		return err_hint(err, -ENXIO, "the kernel ran with printk.time=0");
	}
	if (output->clock.known || !request_needs_clock(output->request))
		return 0;
	err_set(err, -ENXIO,
		"it does not say what time it was: its VMCOREINFO note has no CRASHTIME, and in "
		"the "
		"log no real-time clock is \"setting system clock to\"");
	return err_hint(err, -ENXIO,
			"the time formats raw and delta, and --since and --until with times like "
			"-5min, need no such time");
}

static int64_t end_of(int64_t moment)
{
	return moment > INT64_MAX - NSEC_IN_USEC_MAX ? INT64_MAX : moment + NSEC_IN_USEC_MAX;
}

static void set_filter(struct output *output)
{
	const struct request *request = output->request;
	bool has_last = output->clock.has_last; /* else there is no time to compare with */

	output->filter = (struct filter){
		.by_level = request->by_level,
		.by_facility = request->by_facility,
		.levels = request->levels,
		.facilities = request->facilities,
		.has_since = request->has_since && has_last,
		.has_until = request->has_until && has_last,
	};
	if (output->filter.has_since)
		output->filter.since = when_resolve(&request->since, &output->clock);
	if (output->filter.has_until)
		output->filter.until = end_of(when_resolve(&request->until, &output->clock));
}

/* On a terminal, unless the user wants none at all (NO_COLOR). */
static bool is_colored(const struct request *request, bool terminal)
{
	const char *no_color = getenv("NO_COLOR");

	if (request->color != COLOR_AUTO)
		return request->color == COLOR_ALWAYS;
	return terminal && !(no_color && no_color[0]);
}

static void set_format(struct output *output, bool terminal)
{
	const struct request *request = output->request;

	output->format = (struct format){
		.writer = &output->writer,
		.stamps = request->stamps,
		.stamp_state = { .clock = &output->clock },
		.filter = &output->filter,
		.raw = request->raw,
		.decode = request->decode,
		.caller = request->caller,
		.each_line = request->each_line,
		.color = is_colored(request, terminal),
		.keep_utf8 = request->keep_utf8,
	};
}

static void set_sinks(struct output *output, bool terminal)
{
	const struct request *request = output->request;

	output->text = (struct text){ &output->writer, terminal, request->keep_utf8 };
	output->json = (struct json_log){ .writer = &output->writer, .decode = request->decode };
	set_format(output, terminal);
	if (request->json)
		output->shown = json_log_sink(&output->json);
	else if (request->plain)
		output->shown = text_sink(&output->text);
	else
		output->shown = format_sink(&output->format);
	/* What counts from the record before needs the filter, which knows all of them. */
	if (request->plain && filter_is_open(&output->filter))
		output->sink = output->shown;
	else
		output->sink = filter_sink(&output->filter, &output->shown);
}

int output_begin(struct output *ret, const struct request *request, int fd, const struct core *core,
		 const struct vmcoreinfo *info, struct err *err)
{
	int r;

	*ret = (struct output){ .request = request, .writer = { .fd = fd } };
	r = learn_clock(ret, core, info, err);
	if (r < 0)
		return r;
	set_filter(ret);
	set_sinks(ret, isatty(fd));
	return writer_init(&ret->writer, fd, err);
}

int output_end(struct output *output, int read, struct err *err)
{
	/* A log of which nothing could be read is no log without records. */
	bool any = read >= 0 || output->json.is_open;
	int r = output->request->json && any ? json_log_end(&output->json, err) : 0;

	return r < 0 ? r : writer_flush(&output->writer, err);
}

const char *output_note(const struct output *output)
{
	const struct request *request = output->request;
	const struct format *format = &output->format;

	if (!format->seen_record)
		return NULL;
	if (request->caller && !format->seen_caller)
		return "--caller: this kernel did not record who called printk";
	if (request->stamps.asked && !format->seen_time)
		return "the log has no times (printk.time=0)";
	return NULL;
}

void output_done(struct output *output)
{
	json_log_done(&output->json);
	writer_done(&output->writer);
}
