/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/json.h"

#include "kdump/capturerecord.h"
#include "kdump/dumprecord.h"
#include "kdump/dumpview.h"

#define UNKNOWN "-"

void size_text(uint64_t bytes, char ret[static SIZE_TEXT_MAX])
{
	static const char units[] = "BKMGTPE";
	uint64_t whole = bytes, rest = 0;
	size_t unit = 0;

	for (; whole >= 1024; unit++) {
		rest = whole % 1024;
		whole /= 1024;
	}
	if (unit == 0)
		snprintf(ret, SIZE_TEXT_MAX, "%" PRIu64 "B", whole);
	else
		snprintf(ret, SIZE_TEXT_MAX, "%" PRIu64 ".%" PRIu64 "%c", whole, rest * 10 / 1024,
			 units[unit]);
}

void time_text(time_t when, char ret[static TIME_TEXT_MAX])
{
	struct tm tm = { 0 };

	localtime_r(&when, &tm);
	strftime(ret, TIME_TEXT_MAX, "%a %Y-%m-%d %H:%M:%S %Z", &tm);
}

static void clean(char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text < 0x20 || *text == 0x7f)
			*text = '?';
}

int cause_text(const struct dump_cause *cause, char **ret)
{
	const char *module = cause->module;
	int n;

	if (!cause->function)
		n = asprintf(ret, "%s", cause->kind ? cause->kind : UNKNOWN);
	else
		n = asprintf(ret, "%s in %s%s%s%s", cause->kind ? cause->kind : UNKNOWN,
			     cause->function, module ? " [" : "", module ? module : "",
			     module ? "]" : "");
	if (n < 0)
		return -ENOMEM;
	clean(*ret);
	return 0;
}

/* What stands in a line of the table besides what struct dump has. */
struct row {
	char *kernel;
	char *cause;
	time_t time;
};

struct table {
	struct row *rows;
	size_t count;
	int kernel_width, cause_width;
};

static void table_done(struct table *table)
{
	for (size_t i = 0; i < table->count; i++) {
		free(table->rows[i].kernel);
		free(table->rows[i].cause);
	}
	free(table->rows);
}

/* What the record says is not taken for another moment by another time zone. */
static time_t time_of(const struct dump *dump, const struct dump_record *record)
{
	return record->time ? record->time : dump->said.time;
}

/* A log that says nothing is no failure: the dump is there all the same. */
static int read_row(const char *program, const struct dumps *dumps, const struct dump *dump,
		    struct row *row, struct err *err)
{
	_cleanup_(dump_cause_done) struct dump_cause cause = { NULL };
	_cleanup_(dump_record_done) struct dump_record record = { NULL };
	int r = dump_record_read(dumps, dump, &record, err);

	if (r == 0)
		r = dump_cause_read(program, dumps, dump, &cause, err);
	if (r == -ENOMEM)
		return r;
	row->time = time_of(dump, &record);
	if (!cause.kernel)
		cause.kernel = TAKE_PTR(record.system_kernel);
	row->kernel = strdup(cause.kernel ? cause.kernel : UNKNOWN);
	if (!row->kernel || cause_text(&cause, &row->cause) < 0)
		return err_oom(err);
	clean(row->kernel);
	return 0;
}

static int wider(int width, const char *text)
{
	int len = (int)strlen(text);

	return len > width ? len : width;
}

static int read_table(const char *program, const struct dumps *dumps, struct table *table,
		      struct err *err)
{
	table->rows = calloc(dumps->n, sizeof(*table->rows));
	if (!table->rows)
		return err_oom(err);
	table->kernel_width = (int)strlen("KERNEL");
	table->cause_width = (int)strlen("CAUSE");
	for (size_t i = 0; i < dumps->n; i++) {
		struct row *row = &table->rows[i];
		int r = read_row(program, dumps, &dumps->v[i], row, err);

		table->count = i + 1;
		if (r < 0)
			return r;
		table->kernel_width = wider(table->kernel_width, row->kernel);
		table->cause_width = wider(table->cause_width, row->cause);
	}
	return 0;
}

static void print_row(const struct table *table, size_t index, const struct dumps *dumps)
{
	const struct dump *dump = &dumps->v[index];
	const struct row *row = &table->rows[index];
	char when[TIME_TEXT_MAX], size[SIZE_TEXT_MAX];

	time_text(row->time, when);
	size_text(dump->size, size);
	printf("%3zu  %-28s  %-*s  %-*s  %7s  %-10s  %s/%s\n", index + 1, when, table->kernel_width,
	       row->kernel, table->cause_width, row->cause, size, dump_state_name(dump->state),
	       dumps->path, dump->name);
}

int dump_list_print(const char *program, const struct dumps *dumps, struct err *err)
{
	_cleanup_(table_done) struct table table = { NULL };
	int r;

	if (dumps->n == 0) {
		printf("No dumps in %s.\n", dumps->path);
		return 0;
	}
	r = read_table(program, dumps, &table, err);
	if (r < 0)
		return r;
	printf("%3s  %-28s  %-*s  %-*s  %7s  %-10s  %s\n", "N", "TIME", table.kernel_width,
	       "KERNEL", table.cause_width, "CAUSE", "SIZE", "STATE", "PATH");
	for (size_t i = 0; i < dumps->n; i++)
		print_row(&table, i, dumps);
	return 0;
}

static void put_file(struct json *json, const char *key, const struct dumps *dumps,
		     const struct dump *dump, const char *name)
{
	_cleanup_free_ char *path = NULL;

	json_key(json, key);
	if (name && asprintf(&path, "%s/%s/%s", dumps->path, dump->name, name) < 0) {
		path = NULL;
		json->failed = true;
	}
	json_string(json, path);
}

/* The capture's record, as far as it is told here; null if there is none. */
static void put_record(struct json *json, const struct dump_record *record)
{
	const struct {
		const char *key;
		const char *value;
	} members[] = {
		{ "result", record->result },
		{ "error", record->error },
		{ "time", record->time_text },
		{ "system_kernel", record->system_kernel },
		{ "capture_kernel", record->capture_kernel },
		{ "collector", record->collector },
	};

	json_key(json, "capture");
	if (!record->result) {
		json_null(json);
		return;
	}
	json_open(json, '{');
	for (size_t i = 0; i < ARRAY_SIZE(members); i++) {
		json_key(json, members[i].key);
		json_string(json, members[i].value);
	}
	json_close(json, '}');
}

static void put_dump(struct json *json, const char *program, const struct dumps *dumps,
		     size_t index)
{
	_cleanup_(dump_cause_done) struct dump_cause cause = { NULL };
	_cleanup_(dump_record_done) struct dump_record record = { NULL };
	const struct dump *dump = &dumps->v[index];
	_cleanup_free_ char *path = NULL;
	struct err ignored = ERR_INIT;
	char when[TIME_TEXT_MAX] = "";
	struct tm tm = { 0 };
	time_t saved;

	if (dump_record_read(dumps, dump, &record, &ignored) < 0 ||
	    dump_cause_read(program, dumps, dump, &cause, &ignored) == -ENOMEM ||
	    asprintf(&path, "%s/%s", dumps->path, dump->name) < 0) {
		path = NULL;
		json->failed = true;
	}
	saved = time_of(dump, &record);
	gmtime_r(&saved, &tm);
	strftime(when, sizeof(when), "%Y-%m-%dT%H:%M:%SZ", &tm);
	json_open(json, '{');
	json_key(json, "number");
	json_u64(json, index + 1);
	json_key(json, "path");
	json_string(json, path);
	json_key(json, "time");
	json_string(json, when);
	json_key(json, "state");
	json_string(json, dump_state_name(dump->state));
	json_key(json, "size");
	json_u64(json, dump->size);
	put_file(json, "memory", dumps, dump, dump->core);
	put_file(json, "log", dumps, dump, dump->log);
	put_record(json, &record);
	json_key(json, "cause");
	if (cause.json)
		json_embed(json, cause.json, strlen(cause.json));
	else
		json_null(json);
	json_close(json, '}');
}

int dump_list_json(const char *program, const struct dumps *dumps, struct err *err)
{
	_cleanup_(json_done) struct json json = { NULL };

	json_open(&json, '[');
	for (size_t i = 0; i < dumps->n; i++)
		put_dump(&json, program, dumps, i);
	json_close(&json, ']');
	return json_print(stdout, &json, err);
}

int dump_info_json(const char *program, const struct dumps *dumps, size_t index, struct err *err)
{
	_cleanup_(json_done) struct json json = { NULL };

	put_dump(&json, program, dumps, index);
	return json_print(stdout, &json, err);
}

/* As "2 days", in one unit. */
static void age_text(time_t age, char ret[static TIME_TEXT_MAX])
{
	static const struct {
		time_t seconds;
		const char *name;
	} units[] = { { 86400, "day" }, { 3600, "hour" }, { 60, "minute" }, { 1, "second" } };
	size_t i = 0;
	intmax_t count;

	while (i < ARRAY_SIZE(units) - 1 && age < units[i].seconds)
		i++;
	count = (intmax_t)(age / units[i].seconds);
	snprintf(ret, TIME_TEXT_MAX, "%jd %s%s", count, units[i].name, count == 1 ? "" : "s");
}

static void print_when(time_t saved)
{
	char when[TIME_TEXT_MAX], age[TIME_TEXT_MAX];
	time_t now = time(NULL);

	time_text(saved, when);
	printf("%-10s%s", "Saved:", when);
	if (now >= saved) {
		age_text(now - saved, age);
		printf(", %s ago", age);
	}
	putchar('\n');
}

/* A line of what the record says; none if it does not. */
static void print_recorded(const char *title, char *text)
{
	if (!text)
		return;
	clean(text);
	printf("%-10s%s\n", title, text);
}

static void print_record(struct dump_record *record)
{
	if (record->result && strcmp(record->result, CAPTURERECORD_REDUCED) == 0)
		printf("%-10s%s\n", "", "not as core_collector says, which failed");
	print_recorded("Error:", record->error);
	print_recorded("Kernel:", record->system_kernel);
	print_recorded("Capture:", record->capture_kernel);
	print_recorded("Command:", record->collector);
}

int dump_info_print(const char *program, const struct dumps *dumps, size_t index, struct err *err)
{
	_cleanup_(dump_record_done) struct dump_record record = { NULL };
	const struct dump *dump = &dumps->v[index];
	struct err why = ERR_INIT;
	char size[SIZE_TEXT_MAX];
	int r = dump_record_read(dumps, dump, &record, err);

	if (r < 0)
		return r;
	size_text(dump->size, size);
	printf("%-10s%s/%s\n", "Dump:", dumps->path, dump->name);
	print_when(time_of(dump, &record));
	printf("%-10s%s, %s\n", "State:", dump_state_name(dump->state), size);
	if (dump->core)
		printf("%-10s%s\n", "Memory:", dump->core);
	if (dump->log)
		printf("%-10s%s\n", "Log:", dump->log);
	print_record(&record);
	printf("\n");
	r = dump_cause_print(program, dumps, dump, &why);
	if (r == -ENOMEM)
		return err_set(err, r, "%s", why.text);
	if (r < 0)
		printf("The cause is not known: %s.\n", why.text);
	return 0;
}
