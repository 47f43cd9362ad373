/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "vmcore-dmesg/cause.h"
#include "vmcore-dmesg/recognise.h"
#include "vmcore-dmesg/symbol.h"

#define NSEC_PER_SEC UINT64_C(1000000000)

/* Of a time in a note; years beyond that have five digits. */
#define SECONDS_MAX UINT64_C(253402300799)

/* A clock that goes back by more than this is another kernel's. */
static const uint64_t reboot_nsec = 10 * NSEC_PER_SEC;

/* No kernel takes longer to its first message. */
static const uint64_t boot_nsec = NSEC_PER_SEC;

/* Another kernel boots. */
static int begin_story(struct cause *cause, struct err *err)
{
	int r = story_end(&cause->now, err);

	if (cause->now.has_fatal) {
		story_done(&cause->before);
		cause->before = cause->now;
		cause->has_before = true;
		cause->now = (struct story){ .chain_count = 0 };
	} else {
		story_done(&cause->now);
	}
	return r;
}

static bool is_reboot(const struct story *story, const struct log_line *line)
{
	return line->has_time && story->has_time && line->nsec < story->nsec &&
	       story->nsec - line->nsec > reboot_nsec;
}

/* "Linux version", but where a debugger says it as well. */
static bool is_boot(const struct story *story, const struct log_line *line, struct facts *facts)
{
	bool is_later = line->has_time && line->nsec > boot_nsec;

	return recognise_boot(line->text, facts) &&
	       !(is_later && story->has_time && line->nsec >= story->nsec);
}

/* Two consoles may have written to one file: is it the line before once more? */
static bool is_repeated(const struct cause *cause, const struct log_line *line)
{
	const struct tail_line *last = &cause->tail[(cause->lines - 1) % TAIL_LINES];

	struct frame frame;

	return cause->lines > 0 && line->has_time && last->has_time && line->nsec == last->nsec &&
	       strncmp(line->text, last->text, sizeof(last->text) - 1) == 0 &&
	       !scan_frame(line->text, &frame); /* which recursion repeats */
}

static void take_tail(struct tail_line *tail, const struct log_line *line)
{
	copy_cut(tail->text, sizeof(tail->text), line->text, strlen(line->text));
	tail->has_time = line->has_time;
	tail->nsec = line->nsec;
}

static int cause_take(void *ctx, const struct log_line *line, struct err *err)
{
	struct cause *cause = ctx;
	struct facts boot;
	bool boots;
	int r = 0;

	if (line->size == 0 || is_repeated(cause, line))
		return 0;
	take_tail(&cause->tail[cause->lines++ % TAIL_LINES], line);
	if (strncmp(line->text, "<<< vmcore-dmesg: ", 18) == 0)
		return 0;
	boots = is_boot(&cause->now, line, &boot);
	if (boots || is_reboot(&cause->now, line))
		r = begin_story(cause, err);
	if (boots)
		cause->now.machine = boot;
	else if (r == 0)
		r = story_take(&cause->now, line, err);
	return r;
}

struct line_sink cause_sink(struct cause *cause)
{
	return (struct line_sink){ cause_take, cause };
}

/* What a core says besides its log is more exact. */
static void know_core(struct story *story, const struct cause_core *core)
{
	if (core->kernel[0]) {
		copy_cut(story->machine.kernel, sizeof(story->machine.kernel), core->kernel,
			 strlen(core->kernel));
		story->machine.has |= HAS_KERNEL;
	}
	if (core->has_time && core->seconds <= SECONDS_MAX)
		story->fatal.wall = (struct wall){ true, false, (int64_t)core->seconds };
}

/* When it was, from other lines of the log where its own does not say. */
static void tell_time(struct event *event, const struct moment *moment)
{
	if (!event->has_time || !moment->known || (event->wall.known && !event->wall.local))
		return;
	event->wall = (struct wall){
		.known = true,
		.seconds = (int64_t)((moment->epoch + event->nsec - moment->nsec) / NSEC_PER_SEC),
	};
}

const struct story *cause_finish(struct cause *cause)
{
	struct story *story = &cause->now;

	/* Without memory to list what was survived, the list is shorter. */
	story_end(story, NULL);
	if (!story->has_fatal && cause->has_before)
		story = &cause->before;
	tell_time(&story->fatal, &story->moment);
	if (story == &cause->now)
		know_core(story, &cause->core);
	event_learn(&story->fatal, &story->machine, HAS_MACHINE);
	return story;
}

void cause_done(struct cause *cause)
{
	story_done(&cause->now);
	story_done(&cause->before);
}
