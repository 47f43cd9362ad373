/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <inttypes.h>
#include <string.h>

#include "vmcore-dmesg/cause_report.h"
#include "vmcore-dmesg/search.h"

enum {
	TRACE_SHOWN = 8, /* lines of each list that people get */
	PERHAPS_SHOWN = 3,
	OTHERS_SHOWN = 4,
	HEX_MAX = sizeof("0x0123456789abcdef"),
	PLACE_MAX = SYMBOL_NAME_MAX + MODULE_NAME_MAX + 2 * HEX_MAX + 8,
	LIST_MAX = 512,
};

#define NSEC_PER_SEC  UINT64_C(1000000000)
#define NSEC_PER_USEC UINT64_C(1000)

/* "function+0x1/0x2 [module]" */
static void format_place(const struct symbol *symbol, char ret[PLACE_MAX])
{
	char offset[2 * HEX_MAX + 4] = "";
	bool module = symbol->module[0];

	if (symbol->has_offset)
		snprintf(offset, sizeof(offset), "+0x%" PRIx64 "/0x%" PRIx64, symbol->offset,
			 symbol->size);
	snprintf(ret, PLACE_MAX, "%s%s%s%s%s", symbol->name, offset, module ? " [" : "",
		 symbol->module, module ? "]" : "");
}

static void print_when(FILE *out, const struct story *story)
{
	const struct event *event = &story->fatal;
	char text[WALL_TEXT_MAX] = "";

	wall_format(&event->wall, " ", " UTC", text);
	if (!event->has_time && !text[0])
		return;
	fprintf(out, "%-10s%s", "When:", text);
	if (event->has_time)
		fprintf(out, "%s%" PRIu64 ".%06" PRIu64 " s after boot", text[0] ? ", " : "",
			event->nsec / NSEC_PER_SEC, event->nsec % NSEC_PER_SEC / NSEC_PER_USEC);
	fputc('\n', out);
}

static void print_who(FILE *out, const struct facts *facts)
{
	const char *comma = "";

	if (!(facts->has & (HAS_PROCESS | HAS_PID | HAS_CPU)))
		return;
	fprintf(out, "%-10s", "Process:");
	if (facts->has & HAS_PROCESS) {
		fputs(facts->process, out);
		comma = ", ";
	}
	if (facts->has & HAS_PID) {
		fprintf(out, "%spid %" PRIu64, comma, facts->pid);
		comma = ", ";
	}
	if (facts->has & HAS_CPU)
		fprintf(out, "%sCPU %" PRIu64, comma, facts->cpu);
	fputc('\n', out);
}

static void print_access(FILE *out, const struct facts *facts)
{
	const char *access = facts->has & HAS_ACCESS ? event_access_name(facts->access) : NULL;

	if (facts->has & HAS_ADDRESS)
		fprintf(out, "%-10s0x%" PRIx64 "%s%s\n", "Address:", facts->address,
			access ? ", " : "", access ? access : "");
}

static void print_taint(FILE *out, const struct facts *facts)
{
	const char *comma = "";

	if (!(facts->has & HAS_TAINT) || facts->taint == 0)
		return;
	fprintf(out, "%-10s", "Taint:");
	for (char c = 'A'; c <= 'Z'; c++) {
		if (!(facts->taint & UINT32_C(1) << (c - 'A')) || !taint_name(c))
			continue;
		fprintf(out, "%s%s", comma, taint_name(c));
		comma = ", ";
	}
	fputc('\n', out);
}

/* How many frames in a row from @i on are of one place, counting only those of @reliable. */
static unsigned int count_repeats(const struct event *event, size_t i, bool reliable, size_t *next)
{
	const struct symbol *symbol = &event->trace[i].symbol;
	unsigned int count = 0;

	for (; i < event->trace_count; i++) {
		const struct frame *frame = &event->trace[i];

		if (frame->reliable != reliable)
			continue;
		if (frame->symbol.offset != symbol->offset ||
		    strcmp(frame->symbol.name, symbol->name) != 0)
			break;
		count++;
	}
	*next = i;
	return count;
}

/* The frames that surely were active, or those that perhaps were; @max lines of them. */
static void print_trace(FILE *out, const char *label, const struct event *event, bool reliable,
			unsigned int max)
{
	unsigned int lines = 0, left = 0;
	size_t next;

	for (size_t i = 0; i < event->trace_count; i = next) {
		unsigned int count;
		char place[PLACE_MAX];

		next = i + 1;
		if (event->trace[i].reliable != reliable)
			continue;
		count = count_repeats(event, i, reliable, &next);
		if (lines++ >= max) {
			left += count;
			continue;
		}
		format_place(&event->trace[i].symbol, place);
		fprintf(out, "%-10s%s", lines == 1 ? label : "", place);
		if (count > 1)
			fprintf(out, ", %u times", count);
		fputc('\n', out);
	}
	if (left > 0)
		fprintf(out, "%-10sand %u more\n", "", left);
}

static void print_others(FILE *out, const struct story *story)
{
	size_t count = story->others.count;

	for (size_t i = 0; i < count && i < OTHERS_SHOWN; i++) {
		const struct other *other = &story->others.list[i];

		fprintf(out, "%-10s", i == 0 ? "Before:" : "");
		if (other->has_time)
			fprintf(out, "%" PRIu64 " s: ", other->nsec / NSEC_PER_SEC);
		fprintf(out, "%s\n", other->message);
	}
	if (count > OTHERS_SHOWN)
		fprintf(out, "%-10sand %" PRIu64 " more\n", "",
			count - OTHERS_SHOWN + story->others.dropped);
}

static void print_tail(FILE *out, const struct cause *cause)
{
	uint64_t first = cause->lines > TAIL_LINES ? cause->lines - TAIL_LINES : 0;

	fputs("No crash was found in the log.", out);
	fputs(cause->lines > 0 ? " Its last lines are:\n\n" : " It has no lines.\n", out);
	for (uint64_t n = first; n < cause->lines; n++) {
		const struct tail_line *line = &cause->tail[n % TAIL_LINES];

		if (line->has_time)
			fprintf(out, "[%5" PRIu64 ".%06" PRIu64 "] ", line->nsec / NSEC_PER_SEC,
				line->nsec % NSEC_PER_SEC / NSEC_PER_USEC);
		fprintf(out, "%s\n", line->text);
	}
}

/* Where a jump to no function came from. */
static const struct symbol *caller_of(const struct event *event)
{
	if (event->severity != SEVERITY_OOPS || !(event->facts.has & HAS_ACCESS) ||
	    event->facts.access != ACCESS_EXECUTE)
		return NULL;
	return event_first_place(event);
}

void cause_print(FILE *out, const struct cause *cause, const struct story *story)
{
	const struct event *event = &story->fatal;
	const struct facts *facts = &event->facts;
	char text[SEARCH_MAX];

	if (!story->has_fatal) {
		print_tail(out, cause);
		if (story->others.count > 0)
			fputc('\n', out);
		print_others(out, story);
		return;
	}
	fprintf(out, "%c%s", event_kind_title(event->kind)[0] & ~0x20,
		event_kind_title(event->kind) + 1);
	if (facts->has & HAS_FUNCTION) {
		format_place(&facts->function, text);
		fprintf(out, " in %s", text);
	} else if (caller_of(event)) {
		format_place(caller_of(event), text);
		fprintf(out, ", called from %s", text);
	}
	fprintf(out, "\n\n%-10s%s\n", "Message:", event->message);
	if (event->note[0])
		fprintf(out, "%-10s%s\n", "", event->note);
	print_access(out, facts);
	print_when(out, story);
	print_who(out, facts);
	if (facts->has & HAS_KERNEL)
		fprintf(out, "%-10s%s\n", "Kernel:", facts->kernel);
	print_taint(out, facts);
	if (facts->has & HAS_HARDWARE)
		fprintf(out, "%-10s%s\n", "Hardware:", facts->hardware);
	print_trace(out, "Trace:", event, true, TRACE_SHOWN);
	print_trace(out, "Perhaps:", event, false, PERHAPS_SHOWN);
	print_others(out, story);
	search_words(event, text);
	fprintf(out, "%-10s%s\n", "Search:", text);
}
