/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "vmcore-dmesg/panic_reason.h"
#include "vmcore-dmesg/recognise.h"
#include "vmcore-dmesg/event_lines.h"
#include "vmcore-dmesg/scan.h"
#include "vmcore-dmesg/story.h"

enum {
	/* Lines of others that a kernel may log between an event and its own end: behind an
	 * event that is over, and within one whose parts are not all known here. */
	ORDINARY_AFTER = 40,
	ORDINARY_WITHIN = 400,
	/* A report with more lines behind it was not the last thing that the kernel said. */
	AFTER_MAX = 5,
};

#define NSEC_PER_SEC UINT64_C(1000000000)

/* A kernel that says something so long after an event has survived it. */
static const uint64_t survival_nsec = NSEC_PER_SEC;

/* ---- Events survived ---- */

/* The kernel goes on: what happened until now did not end it. */
static int survive(struct story *story, struct err *err)
{
	size_t count = story->chain_count;
	int r = 0;

	for (size_t i = 0; i < count && r == 0; i++)
		r = others_add(&story->others, &story->chain[i], err);
	if (count == 0)
		return 0;
	event_done(&story->last);
	story->last = story->chain[count - 1];
	story->has_last = true;
	for (size_t i = 0; i + 1 < count; i++)
		event_done(&story->chain[i]);
	story->chain_count = 0;
	return r;
}

/* ---- The fatal event ---- */

/* Event @n of the chain ended the kernel: those in front of it did not. */
static int choose(struct story *story, size_t n, struct err *err)
{
	int r = 0;

	for (size_t i = 0; i < n && r == 0; i++)
		r = others_add(&story->others, &story->chain[i], err);
	story->fatal = story->chain[n];
	story->has_fatal = true;
	for (size_t i = 0; i < story->chain_count; i++)
		if (i != n)
			event_done(&story->chain[i]);
	story->chain_count = 0;
	return r;
}

/* The last event that it seemed to have survived ended it after all. */
static void choose_last(struct story *story)
{
	story->fatal = story->last;
	story->has_fatal = true;
	story->last = (struct event){ EVENT_UNKNOWN };
	story->has_last = false;
	others_drop_last(&story->others);
}

/* The first oops of the chain. Return: false if there is none. */
static bool find_oops(const struct story *story, size_t *ret)
{
	for (size_t i = 0; i < story->chain_count; i++) {
		if (story->chain[i].severity != SEVERITY_OOPS)
			continue;
		*ret = i;
		return true;
	}
	return false;
}

/*
 * The event of @kind that a panic follows from. That is the newest, as the kernel panics when it
 * has reported one; but it reports all hung tasks first, of which the first one counts.
 */
static bool find_kind(const struct story *story, enum event_kind kind, size_t *ret)
{
	bool found = false;

	for (size_t i = 0; i < story->chain_count; i++) {
		if (story->chain[i].kind != kind)
			continue;
		*ret = i;
		found = true;
		if (kind == EVENT_HUNG_TASK)
			break;
	}
	return found;
}

/* The newest of which only the end is there. */
static bool find_headless(const struct story *story, size_t *ret)
{
	*ret = story->chain_count - 1;
	return story->chain_count > 0 && story->chain[*ret].headless;
}

/* Is the event that was survived last the one that a panic is about? */
static bool links_to_last(const struct story *story, const struct panic_row *row)
{
	if (!story->has_last || story->chain_count > 0)
		return false;
	if (row->link == LINK_OOPS)
		return story->last.severity == SEVERITY_OOPS;
	return row->link == LINK_KIND && story->last.kind == row->kind;
}

/* Which event is the panic about? Return: true and *@ret if it is one of the chain. */
static bool find_linked(const struct story *story, const struct panic_row *row, size_t *ret)
{
	if (row->link == LINK_KIND && find_kind(story, row->kind, ret))
		return true;
	if (row->link == LINK_NEWEST && story->chain_count > 0) {
		*ret = story->chain_count - 1;
		return true;
	}
	return find_oops(story, ret) || (row->link == LINK_OOPS && find_headless(story, ret));
}

static void set_message(struct event *event, const struct log_line *line)
{
	const char *text = line->text + strspn(line->text, " ");

	copy_cut(event->message, sizeof(event->message), text, strlen(text));
}

static void begin_event(struct story *story, struct event *event, const struct log_line *line,
			enum event_kind kind, enum event_severity severity,
			const struct facts *facts)
{
	*event = (struct event){
		.kind = kind,
		.severity = severity,
		.has_time = line->has_time,
		.nsec = line->nsec,
		.caller = line->caller,
		.wall = line->wall,
		.cpu_stated = facts->has & HAS_CPU,
	};
	event_learn(event, facts, ~0U);
	set_message(event, line);
	copy_cut(event->note, sizeof(event->note), story->note, strlen(story->note));
	story->note[0] = '\0';
	story->cut = false;
}

/* What a panic prints belongs to the event that it follows from, as far as that lacks it. */
static void go_on_with_panic(struct event *event, const struct log_line *line,
			     const struct facts *facts)
{
	event_learn(event, facts, ~0U);
	event->machine_only =
		event_is_about_others(event->kind) ||
		(event->severity == SEVERITY_OOPS && (event->numbered || event->trace_count > 0));
	event->tracing = false;
	event->ended = false;
	event->foreign = false;
	if (!event->prelude && !event->headless)
		return;
	event->severity = SEVERITY_PANIC;
	set_message(event, line);
}

static int take_panic(struct story *story, const struct log_line *line, const struct panic_row *row,
		      const struct facts *facts, struct err *err)
{
	size_t linked;
	int r = 0;

	if (links_to_last(story, row)) {
		choose_last(story);
	} else if (find_linked(story, row, &linked)) {
		r = choose(story, linked, err);
	} else {
		r = survive(story, err);
		begin_event(story, &story->fatal, line, row->kind, SEVERITY_PANIC, facts);
		story->has_fatal = true;
		return r;
	}
	go_on_with_panic(&story->fatal, line, facts);
	return r;
}

/* ---- Lines ---- */

/* The event that a line is of: with callers' names, that of the same caller. */
static struct event *owner(struct story *story, const struct log_line *line)
{
	struct event *newest;

	if (story->has_fatal) {
		newest = &story->fatal;
		return line->caller == 0 || newest->caller == 0 || newest->caller == line->caller ||
				       newest->severity == SEVERITY_REPORT
			       ? newest
			       : NULL;
	}
	if (story->chain_count == 0)
		return NULL;
	newest = &story->chain[story->chain_count - 1];
	if (line->caller == 0 || newest->caller == 0)
		return &story->chain[story->current];
	for (size_t i = story->chain_count; i > 0; i--)
		if (story->chain[i - 1].caller == line->caller)
			return &story->chain[i - 1];
	return newest->severity == SEVERITY_REPORT ? newest : NULL;
}

/* A place at the end of the chain. */
static struct event *extend_chain(struct story *story)
{
	if (story->chain_count == CHAIN_MAX)
		event_done(&story->chain[--story->chain_count]);
	story->current = story->chain_count;
	return &story->chain[story->chain_count++];
}

/* Does the line go on with an event, rather than begin another? */
static bool continues(const struct event *event, const struct recogniser *row)
{
	if (!event || event->severity != SEVERITY_OOPS || event->numbered || event->ended)
		return false;
	return row->role == ROLE_NUMBER ||
	       (event->prelude && (row->role == ROLE_OOPS || row->role == ROLE_PRELUDE));
}

/* "Oops: 0004 [#1]" is x86's, with an error code; but old kernels of s390 have it as well. */
static bool is_s390(const struct event *event)
{
	static const char words[] = "Unable to handle kernel pointer dereference";

	return strncmp(event->message, words, sizeof(words) - 1) == 0;
}

/*
 * The event that a beginning may go on with. CPUs take turns from the line with the number on:
 * where the first lines of several oopses are mixed, the first number is the first one's.
 */
static struct event *find_continued(struct story *story, const struct log_line *line,
				    const struct recogniser *row)
{
	struct event *event = owner(story, line);

	if (row->role != ROLE_NUMBER || line->caller != 0)
		return continues(event, row) ? event : NULL;
	for (size_t i = 0; i < story->chain_count; i++) {
		if (!continues(&story->chain[i], row))
			continue;
		story->current = i;
		return &story->chain[i];
	}
	return NULL;
}

/* A line that belongs to an event. */
static void note_part(struct story *story)
{
	story->event_has_time = story->has_time;
	story->event_nsec = story->nsec;
	story->after = 0;
}

/* What the line with the number says is of one CPU; lines before it may be of several. */
static void go_on(struct event *event, const struct log_line *line, const struct recogniser *row,
		  const struct facts *facts)
{
	bool is_number = row->role == ROLE_NUMBER;

	if (is_number && !is_s390(event))
		event->facts.has &= ~(facts->has & HAS_ACCESS);
	event_learn(event, facts, is_s390(event) ? ~(unsigned int)HAS_ACCESS : ~0U);
	if (event->kind == EVENT_UNKNOWN || event->prelude)
		set_message(event, line);
	if (event->kind == EVENT_UNKNOWN || (event->prelude && event->kind != EVENT_SYSRQ))
		event->kind = row->kind;
	event->prelude = event->prelude && row->role == ROLE_PRELUDE;
	event->numbered = is_number;
}

/* A log may begin in the middle of an event, or lack some lines: begin one with a part. */
static bool begin_headless(struct story *story, const struct log_line *line, const char *text)
{
	const struct event *newest =
		story->chain_count > 0 ? &story->chain[story->chain_count - 1] : NULL;
	const struct recogniser *row;
	struct event *event;
	struct facts facts;

	if (newest && !newest->ended)
		return false;
	row = recognise_part(text, EVENT_UNKNOWN, &facts);
	if (!row || row->role != ROLE_FACT || !(facts.has & (HAS_PROCESS | HAS_FUNCTION)))
		return false;
	event = extend_chain(story);
	begin_event(story, event, line, EVENT_UNKNOWN, SEVERITY_REPORT, &facts);
	event->headless = true;
	return true;
}

static void take_beginning(struct story *story, const struct log_line *line,
			   const struct recogniser *row, const struct facts *facts)
{
	struct event *event = find_continued(story, line, row);
	enum event_severity severity = row->role == ROLE_REPORT ? SEVERITY_REPORT : SEVERITY_OOPS;

	if (event) {
		go_on(event, line, row, facts);
	} else {
		event = extend_chain(story);
		begin_event(story, event, line, row->kind, severity, facts);
		event->prelude = row->role == ROLE_PRELUDE;
		event->numbered = row->role == ROLE_NUMBER;
	}
	note_part(story);
	story->ordinary = 0;
}

/* A line that is nothing's: after enough of them, the kernel has survived. */
static int take_ordinary(struct story *story, struct err *err)
{
	const struct event *event;

	if (story->chain_count == 0)
		return 0;
	event = &story->chain[story->chain_count - 1];
	story->after++;
	if (!event->ended)
		story->event_nsec = story->nsec;
	if (++story->ordinary > (event->ended ? ORDINARY_AFTER : ORDINARY_WITHIN))
		return survive(story, err);
	return 0;
}

/* Times between lines that only a kernel that lives leaves. */
static bool is_long_after(const struct story *story, const struct log_line *line)
{
	return line->has_time && story->event_has_time && story->chain_count > 0 &&
	       line->nsec > story->event_nsec && line->nsec - story->event_nsec > survival_nsec;
}

/* What the kernel says about the machine when it boots. */
static void take_boot_facts(struct story *story, const char *text)
{
	struct facts *machine = &story->machine;
	struct facts facts;

	if (!(machine->has & HAS_KERNEL) && recognise_boot(text, &facts)) {
		memcpy(machine->kernel, facts.kernel, sizeof(machine->kernel));
		machine->has |= HAS_KERNEL;
	}
	if ((machine->has & HAS_HARDWARE) || text[0] != 'D' || !scan(text, "DMI: %h", &facts))
		return;
	memcpy(machine->hardware, facts.hardware, sizeof(machine->hardware));
	machine->has |= HAS_HARDWARE;
}

/* A line that explains the event behind it: some are known, others follow "[ cut here ]". */
static void take_note(struct story *story, const char *text)
{
	static const char *const notes[] = { "list_add corruption", "list_del corruption",
					     "usercopy: Kernel memory", "skbuff: skb_" };
	bool was_cut = story->cut, is_note = was_cut;

	story->cut = strncmp(text, "------------[ cut here", 22) == 0;
	if (story->cut)
		return;
	for (size_t i = 0; i < ARRAY_SIZE(notes) && !is_note; i++)
		is_note = strncmp(text, notes[i], strlen(notes[i])) == 0;
	if (is_note)
		copy_cut(story->note, sizeof(story->note), text, strlen(text));
	else
		story->note[0] = '\0';
}

int story_take(struct story *story, const struct log_line *line, struct err *err)
{
	const char *text = line->text + strspn(line->text, " ");
	const struct panic_row *panic;
	const struct recogniser *row;
	struct event *event;
	struct facts facts;
	bool is_part = false;
	int r = 0;

	if (recognise_last_words(text))
		return 0;
	if (line->has_time) {
		story->nsec = line->nsec;
		story->has_time = true;
	}
	moment_take(&story->moment, line);
	panic = story->has_fatal ? NULL : recognise_panic(text, &facts);
	if (is_long_after(story, line) && (!panic || panic->link == LINK_NONE))
		r = survive(story, err);
	if (r == 0 && panic)
		r = take_panic(story, line, panic, &facts, err);
	if (r < 0 || panic)
		return r;
	row = story->has_fatal ? NULL : recognise_beginning(text, &facts);
	if (row) {
		take_beginning(story, line, row, &facts);
		return 0;
	}
	take_boot_facts(story, text);
	event = owner(story, line);
	if (event && !event->ended)
		r = event_take(event, text, &is_part, err);
	if (r < 0 || story->has_fatal)
		return r;
	if (!is_part && begin_headless(story, line, text))
		is_part = true;
	if (is_part) {
		note_part(story);
		return 0;
	}
	take_note(story, text);
	return take_ordinary(story, err);
}

/* ---- The end ---- */

void story_done(struct story *story)
{
	for (size_t i = 0; i < story->chain_count; i++)
		event_done(&story->chain[i]);
	event_done(&story->last);
	event_done(&story->fatal);
	others_done(&story->others);
	*story = (struct story){ .chain_count = 0 };
}

/* Is an event the last thing that the kernel said? */
static bool ends_with_event(const struct story *story)
{
	const struct event *last;

	if (story->chain_count == 0 || story->after > AFTER_MAX)
		return false;
	last = &story->chain[story->chain_count - 1];
	return !last->headless || (last->ended && (last->facts.has & HAS_FUNCTION));
}

int story_end(struct story *story, struct err *err)
{
	size_t oops;
	int r = 0;

	if (!story->has_fatal && find_oops(story, &oops))
		r = choose(story, oops, err);
	else if (!story->has_fatal && ends_with_event(story))
		r = choose(story, story->chain_count - 1, err);
	else if (!story->has_fatal)
		r = survive(story, err);
	if (story->has_fatal)
		event_finish(&story->fatal);
	return r;
}
