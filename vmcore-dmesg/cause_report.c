/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <inttypes.h>
#include <string.h>
#include <time.h>

#include "vmcore-dmesg/cause_report.h"
#include "vmcore-dmesg/search.h"

enum {
	TRACE_SHOWN = 8, /* lines of each list that people get */
	PERHAPS_SHOWN = 3,
	OTHERS_SHOWN = 4,
	HEX_MAX = sizeof("0x0123456789abcdef"),
	TIME_MAX = 64,
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

/* "2026-11-23T14:34:17Z", or with other characters in the places of T and Z. */
static void format_time(const struct wall *wall, const char *t, const char *z, char ret[TIME_MAX])
{
	time_t seconds = (time_t)wall->seconds;
	struct tm tm;

	ret[0] = '\0';
	if (wall->known && gmtime_r(&seconds, &tm))
		snprintf(ret, TIME_MAX, "%04d-%02d-%02d%s%02d:%02d:%02d%s", tm.tm_year + 1900,
			 tm.tm_mon + 1, tm.tm_mday, t, tm.tm_hour, tm.tm_min, tm.tm_sec,
			 wall->local ? "" : z);
}

/* ---- For people ---- */

static void print_place(FILE *out, const char *label, const struct symbol *symbol)
{
	char place[PLACE_MAX];

	format_place(symbol, place);
	fprintf(out, "%-10s%s\n", label, place);
}

static void print_when(FILE *out, const struct story *story)
{
	const struct event *event = &story->fatal;
	char text[TIME_MAX] = "";

	format_time(&event->wall, " ", " UTC", text);
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

/* The frames that surely were active, or those that perhaps were; @max of them. */
static void print_trace(FILE *out, const char *label, const struct event *event, bool reliable,
			unsigned int max)
{
	unsigned int count = 0;

	for (size_t i = 0; i < event->trace_count; i++) {
		if (event->trace[i].reliable != reliable)
			continue;
		if (count++ < max)
			print_place(out, count == 1 ? label : "", &event->trace[i].symbol);
	}
	if (count > max)
		fprintf(out, "%-10sand %u more\n", "", count - max);
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

/* ---- For programs ---- */

static void put_hex(struct json *json, const char *key, bool known, uint64_t value)
{
	char text[HEX_MAX];

	snprintf(text, sizeof(text), "0x%" PRIx64, value);
	json_key(json, key);
	json_string(json, known ? text : NULL);
}

static void put_string(struct json *json, const char *key, bool known, const char *value)
{
	json_key(json, key);
	json_string(json, known ? value : NULL);
}

static void put_number(struct json *json, const char *key, bool known, uint64_t value)
{
	json_key(json, key);
	if (known)
		json_u64(json, value);
	else
		json_null(json);
}

static void put_seconds(struct json *json, const char *key, bool known, uint64_t nsec)
{
	json_key(json, key);
	if (known)
		json_seconds(json, nsec);
	else
		json_null(json);
}

static void put_symbol(struct json *json, bool known, const struct symbol *symbol)
{
	put_string(json, "function", known, symbol->name);
	put_hex(json, "offset", known && symbol->has_offset, symbol->offset);
	put_hex(json, "size", known && symbol->has_offset, symbol->size);
	put_string(json, "module", known && symbol->module[0], symbol->module);
}

static void put_taint(struct json *json, const struct facts *facts)
{
	json_key(json, "taint");
	if (!(facts->has & HAS_TAINT)) {
		json_null(json);
		return;
	}
	json_open(json, '[');
	for (char c = 'A'; c <= 'Z'; c++)
		if (facts->taint & UINT32_C(1) << (c - 'A') && taint_name(c))
			json_string(json, taint_name(c));
	json_close(json, ']');
}

static void put_trace(struct json *json, const struct event *event)
{
	json_key(json, "trace");
	if (event->trace_count == 0) {
		json_null(json);
		return;
	}
	json_open(json, '[');
	for (size_t i = 0; i < event->trace_count; i++) {
		json_open(json, '{');
		put_symbol(json, true, &event->trace[i].symbol);
		json_key(json, "reliable");
		json_bool(json, event->trace[i].reliable);
		json_close(json, '}');
	}
	json_close(json, ']');
}

static void put_others(struct json *json, const struct story *story)
{
	json_key(json, "others");
	json_open(json, '[');
	for (size_t i = 0; i < story->others.count; i++) {
		const struct other *other = &story->others.list[i];

		json_open(json, '{');
		put_string(json, "kind", true, event_kind_name(other->kind));
		put_string(json, "message", true, other->message);
		put_seconds(json, "uptime", other->has_time, other->nsec);
		put_string(json, "function", other->has_function, other->function.name);
		json_close(json, '}');
	}
	json_close(json, ']');
}

void cause_json(struct json *json, const struct story *story)
{
	const struct event *event = &story->fatal;
	const struct facts *facts = &event->facts;
	char when[TIME_MAX] = "", search[SEARCH_MAX] = "";
	bool found = story->has_fatal;

	format_time(&event->wall, "T", "Z", when);
	if (found)
		search_words(event, search);
	json_open(json, '{');
	put_string(json, "kernel", facts->has & HAS_KERNEL, facts->kernel);
	put_string(json, "time", when[0], when);
	put_seconds(json, "uptime", found && event->has_time, event->nsec);
	put_string(json, "kind", found, event_kind_name(event->kind));
	put_string(json, "message", found, event->message);
	put_hex(json, "address", facts->has & HAS_ADDRESS, facts->address);
	put_string(json, "access", facts->has & HAS_ACCESS, event_access_name(facts->access));
	put_symbol(json, facts->has & HAS_FUNCTION, &facts->function);
	put_string(json, "process", facts->has & HAS_PROCESS, facts->process);
	put_number(json, "pid", facts->has & HAS_PID, facts->pid);
	put_number(json, "cpu", facts->has & HAS_CPU, facts->cpu);
	put_taint(json, facts);
	put_string(json, "hardware", facts->has & HAS_HARDWARE, facts->hardware);
	put_trace(json, event);
	put_string(json, "search", found, search);
	put_others(json, story);
	json_close(json, '}');
}
