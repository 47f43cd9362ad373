/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <inttypes.h>

#include "vmcore-dmesg/cause_report.h"
#include "vmcore-dmesg/search.h"

enum { HEX_MAX = sizeof("0x0123456789abcdef") };

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
	char when[WALL_TEXT_MAX] = "", search[SEARCH_MAX] = "";
	bool found = story->has_fatal;

	wall_format(&event->wall, "T", "Z", when);
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
