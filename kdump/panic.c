/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The command that shows and sets what the kernel panics at.
 */
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/json.h"

#include "kdump/commands.h"
#include "kdump/knobs.h"
#include "kdump/staged.h"
#include "kdump/sysctlfile.h"

#define FILE_NAME "90-kdump-panic.conf"
#define FILE_PATH "/etc/sysctl.d/" FILE_NAME
#define FILE_HEAD                                                                                  \
	"# What the kernel panics at; `kdumpctl panic` explains it, `kdumpctl panic set` writes\n" \
	"# it here. Other lines stay as they are.\n"

enum {
	SETTINGS_MAX = 64,
	FILE_SIZE_MAX = 1 << 20, /* bytes */
	FILE_MODE = 0644,
};

/* ---- Showing ---- */

static void print_knob(const struct knob *knob, const char *value)
{
	char meaning[KNOB_MEANING_MAX];

	if (value)
		knob_meaning(knob, value, meaning);
	else
		snprintf(meaning, sizeof(meaning), "this kernel does not have it%s%s",
			 knob->since ? "; it came with Linux " : "",
			 knob->since ? knob->since : "");
	printf("%-30s %-10s %-7s %s\n", knob_name(knob),
	       !value     ? "-"
	       : value[0] ? value
			  : "\"\"",
	       !knob->advice     ? "-"
	       : knob->advice[0] ? knob->advice
				 : "\"\"",
	       meaning);
}

static void put_knob(struct json *json, const struct knob *knob, const char *value)
{
	char meaning[KNOB_MEANING_MAX], path[KNOB_PATH_MAX];

	knob_path(knob, path);
	if (value)
		knob_meaning(knob, value, meaning);
	json_open(json, '{');
	json_key(json, "name");
	json_string(json, knob_name(knob));
	json_key(json, "path");
	json_string(json, path);
	json_key(json, "present");
	json_bool(json, value);
	json_key(json, "value");
	json_string(json, value);
	json_key(json, "advice");
	json_string(json, knob->advice);
	json_key(json, "meaning");
	json_string(json, value ? meaning : NULL);
	json_key(json, "since");
	json_string(json, knob->since);
	json_close(json, '}');
}

static int show(const struct invocation *inv, struct err *err)
{
	_cleanup_(json_done) struct json json = { NULL };
	bool as_json = inv->given & OPTION_JSON;
	const struct knob *knobs;
	size_t count;
	int r;

	knobs = knob_table(&count);
	json_open(&json, '[');
	if (!as_json)
		printf("%-30s %-10s %-7s %s\n", "NAME", "VALUE", "ADVICE", "MEANING");
	for (size_t i = 0; i < count; i++) {
		char value[KNOB_VALUE_MAX];

		r = knob_read(&inv->root, &knobs[i], value, err);
		if (r < 0 && r != -ENOENT)
			return r;
		if (as_json)
			put_knob(&json, &knobs[i], r < 0 ? NULL : value);
		else
			print_knob(&knobs[i], r < 0 ? NULL : value);
	}
	json_close(&json, ']');
	return as_json ? json_print(stdout, &json, err) : 0;
}

/* ---- Setting ---- */

struct setting {
	const struct knob *knob;
	const char *value;
	char before[KNOB_VALUE_MAX];
};

struct settings {
	struct setting v[SETTINGS_MAX];
	size_t n;
};

static int read_setting(const struct sysroot *root, char *word, struct settings *settings,
			struct err *err)
{
	struct setting *s = &settings->v[settings->n];
	char *equals = strchr(word, '=');
	int r;

	if (!equals) {
		err_set(err, -EINVAL, "'%s' is not NAME=VALUE", word);
		return err_hint(err, -EINVAL, "For instance: kdumpctl panic set panic_on_oops=1");
	}
	*equals = '\0';
	s->value = equals + 1;
	r = knob_find(word, &s->knob, err);
	if (r == 0)
		r = knob_check(s->knob, s->value, err);
	if (r < 0)
		return r;
	for (size_t i = 0; i < settings->n; i++)
		if (settings->v[i].knob == s->knob)
			return err_set(err, -EINVAL, "%s is given twice", knob_name(s->knob));
	r = knob_read(root, s->knob, s->before, err);
	if (r == -ENOENT)
		return err_set(err, r, "this kernel does not have %s%s%s", knob_name(s->knob),
			       s->knob->since ? "; it came with Linux " : "",
			       s->knob->since ? s->knob->since : "");
	if (r == 0)
		settings->n++;
	return r;
}

/* All, or none of them. */
static int apply(const struct sysroot *root, const struct settings *settings, struct err *err)
{
	struct err ignored = ERR_INIT;
	size_t i = 0;
	int r = 0;

	for (; r == 0 && i < settings->n; i++)
		r = knob_write(root, settings->v[i].knob, settings->v[i].value, err);
	if (r == 0)
		return 0;
	for (i--; i > 0; i--)
		if (knob_write(root, settings->v[i - 1].knob, settings->v[i - 1].before, &ignored) <
		    0)
			err_print(stderr, "warning", &ignored);
	return r;
}

static int keep(const struct sysroot *root, const struct settings *settings, struct err *err)
{
	_cleanup_free_ char *text = NULL;
	int r = sysroot_read(root, FILE_PATH, FILE_SIZE_MAX, &text, NULL, err);

	if (r == -ENOENT) {
		text = strdup(FILE_HEAD);
		r = text ? 0 : err_oom(err);
	}
	for (size_t i = 0; r == 0 && i < settings->n; i++)
		if (sysctlfile_set(&text, settings->v[i].knob->key, settings->v[i].value) < 0)
			r = err_oom(err);
	if (r == 0)
		r = staged_write(root, FILE_PATH, text, FILE_MODE, err);
	return r < 0 ? err_prefix(err, r, "set until the next boot only") : 0;
}

static void tell_setting(const struct setting *s)
{
	char meaning[KNOB_MEANING_MAX];

	knob_meaning(s->knob, s->value, meaning);
	printf("%s: '%s', was '%s': %s\n", knob_name(s->knob), s->value, s->before, meaning);
}

static void warn_of_file(const struct sysroot *root, const char *path,
			 const struct settings *settings)
{
	_cleanup_free_ char *text = NULL;

	if (sysroot_read(root, path, FILE_SIZE_MAX, &text, NULL, NULL) < 0)
		return;
	for (size_t i = 0; i < settings->n; i++)
		if (sysctlfile_has(text, settings->v[i].knob->key))
			printf("But %s sets %s too; it is read later, so that it counts at the "
			       "next boot.\n",
			       path, settings->v[i].knob->key);
}

/* Files are read in the order of their names, wherever they are (sysctl.d(5)). */
static void warn_of_later_files(const struct sysroot *root, const struct settings *settings)
{
	static const char *const dirs[] = { "/etc/sysctl.d", "/run/sysctl.d",
					    "/usr/local/lib/sysctl.d", "/usr/lib/sysctl.d" };

	for (size_t i = 0; i < ARRAY_SIZE(dirs); i++) {
		_cleanup_closedir_ DIR *dir = sysroot_opendir(root, dirs[i]);
		const struct dirent *entry;
		char path[PATH_MAX];

		while (dir && (entry = readdir(dir))) {
			const char *end = strrchr(entry->d_name, '.');

			if (!end || strcmp(end, ".conf") != 0 ||
			    strcmp(entry->d_name, FILE_NAME) <= 0)
				continue;
			snprintf(path, sizeof(path), "%s/%s", dirs[i], entry->d_name);
			warn_of_file(root, path, settings);
		}
	}
}

static int set(struct invocation *inv, struct err *err)
{
	struct settings settings = { .n = 0 };
	int r = 0;

	if (inv->count < 2) {
		err_set(err, -EINVAL, "nothing to set");
		return err_hint(err, -EINVAL, "For instance: kdumpctl panic set panic_on_oops=1");
	}
	for (int i = 1; r == 0 && i < inv->count; i++)
		r = read_setting(&inv->root, inv->words[i], &settings, err);
	if (r == 0)
		r = apply(&inv->root, &settings, err);
	for (size_t i = 0; r == 0 && i < settings.n; i++)
		tell_setting(&settings.v[i]);
	if (r == 0)
		r = keep(&inv->root, &settings, err);
	if (r < 0)
		return r;
	printf("Written to %s, to be set at every boot.\n", FILE_PATH);
	warn_of_later_files(&inv->root, &settings);
	return 0;
}

int command_panic(struct invocation *inv, struct err *err)
{
	int r;

	if (inv->count == 0)
		r = show(inv, err);
	else if (inv->given & OPTION_JSON)
		r = err_set(err, -EINVAL, "'panic set' does not take the option --json");
	else if (strcmp(inv->words[0], "set") == 0)
		r = set(inv, err);
	else
		r = err_set(err, -EINVAL, "'panic %s' is not known; 'panic set' is", inv->words[0]);
	if (r < 0)
		err_print(stderr, NULL, err);
	return r;
}
