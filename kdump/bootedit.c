/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/array.h"
#include "lib/cmdline.h"

#include "kdump/bootedit.h"
#include "kdump/rootpath.h"
#include "kdump/run.h"
#include "kdump/staged.h"
#include "kdump/strv.h"
#include "kdump/words.h"

#define BLANKS " \t"

enum { GENERATOR_SECONDS = 600 }; /* grub-mkconfig looks at every disk */

static bool is_crashkernel(const struct cmdline_word *word, void *ctx _unused_)
{
	return cmdline_word_is(word, "crashkernel");
}

int bootedit_line(const char *cmdline, const char *value, char **ret)
{
	_cleanup_free_ char *rest = NULL;
	bool quoted = false;
	char *line;

	for (const char *p = cmdline; (p = strchr(p, '"')); p++)
		quoted = !quoted;
	if (quoted) /* what is added would be a part of the last word */
		return -EINVAL;
	if (cmdline_without(cmdline, is_crashkernel, NULL, &rest) < 0 ||
	    asprintf(&line, "%s%scrashkernel=%s", rest, rest[0] ? " " : "", value) < 0)
		return -ENOMEM;
	*ret = line;
	return 0;
}

/* The bytes between the quotes around @value, or all of it where there are none. */
static bool find_inside(const char *value, const char **ret, size_t *ret_len)
{
	size_t len = strlen(value);
	char quote = value[0];

	while (len > 0 && strchr(BLANKS, value[len - 1]))
		len--;
	if (quote != '"' && quote != '\'') {
		*ret = value;
		*ret_len = len;
		return strcspn(value, "\"'\\ \t#") >= len;
	}
	*ret = value + 1;
	*ret_len = len - 2;
	if (len < 2 || value[len - 1] != quote)
		return false;
	for (size_t i = 1; i < len - 1; i++) {
		if (value[i] == quote)
			return false;
		if (quote == '"' && value[i] == '\\' && ++i == len - 1)
			return false;
	}
	return true;
}

int bootedit_assignment(const char *line, const char *value, char **ret)
{
	const char *start = strchr(line, '='), *inside;
	_cleanup_free_ char *old = NULL, *new = NULL;
	char quote, *text;
	size_t len;
	int r;

	if (!start || !find_inside(start + 1, &inside, &len))
		return -EINVAL;
	quote = start[1] == '\'' ? '\'' : '"';
	old = strndup(inside, len);
	r = old ? bootedit_line(old, value, &new) : -ENOMEM;
	if (r < 0)
		return r;
	if (asprintf(&text, "%.*s%c%s%c", (int)(start + 1 - line), line, quote, new, quote) < 0)
		return -ENOMEM;
	*ret = text;
	return 0;
}

/* "options ..." of an entry: the name and the blanks behind it stay. */
static int edit_options(const char *line, const char *value, char **ret)
{
	size_t name = strspn(line, BLANKS) + strlen("options");
	_cleanup_free_ char *new = NULL;
	char *text;
	int r;

	name += strspn(line + name, BLANKS);
	r = bootedit_line(line + name, value, &new);
	if (r < 0)
		return r;
	if (asprintf(&text, "%.*s%s", (int)name, line, new) < 0)
		return -ENOMEM;
	*ret = text;
	return 0;
}

/* A file as it was, to be put back. */
struct saved {
	char *path;
	char *text; /* NULL: it was not there */
};

/* What applying one edit needs. */
struct work {
	const struct bootedit *edit;
	struct bootconf conf;
	struct saved *saved; /* one for each change, oldest first */
	size_t changes;
	size_t capacity;
};

static void work_done(struct work *work)
{
	for (size_t i = 0; i < work->changes; i++) {
		free(work->saved[i].path);
		free(work->saved[i].text);
	}
	free(work->saved);
	bootconf_done(&work->conf);
}

static int save(struct work *work, const char *path, const char *text)
{
	struct saved *saved;

	if (array_reserve(&work->saved, &work->capacity, work->changes + 1, sizeof(*saved)) < 0)
		return -ENOMEM;
	saved = &work->saved[work->changes++];
	*saved = (struct saved){ .path = strdup(path), .text = text ? strdup(text) : NULL };
	return saved->path && (saved->text || !text) ? 0 : -ENOMEM;
}

static int replace(struct work *work, const char *path, const char *was, const char *text,
		   struct err *err)
{
	if (save(work, path, was) < 0)
		return err_oom(err);
	return staged_write(work->edit->root, path, text, 0644, err);
}

/* Line @number of @text: where it starts, and its length without the newline. */
static const char *find_line(const char *text, unsigned int number, size_t *ret_len)
{
	for (; number > 1 && text; number--) {
		text = strchr(text, '\n');
		text = text ? text + 1 : NULL;
	}
	if (text)
		*ret_len = strcspn(text, "\n");
	return text;
}

static int edit_text(const struct bootconf_line *line, const char *was, const char *value,
		     char **ret)
{
	switch (line->kind) {
	case BOOTCONF_GRUB_VARIABLE:
		return bootedit_assignment(was, value, ret);
	case BOOTCONF_BLS_ENTRY:
		return edit_options(was, value, ret);
	case BOOTCONF_KERNEL_INSTALL:
	case BOOTCONF_GRUB_ENTRY:
		break;
	}
	return bootedit_line(was, value, ret);
}

static int edit_line(struct work *work, const struct bootconf_line *line, struct err *err)
{
	_cleanup_free_ char *text = NULL, *was = NULL, *is_now = NULL, *all = NULL;
	const char *start;
	size_t len;
	int r = sysroot_read(work->edit->root, line->path, BOOTCONF_FILE_MAX, &text, NULL, err);

	if (r < 0)
		return r;
	start = find_line(text, line->number, &len);
	if (!start)
		return err_set(err, -ESTALE, "%s was changed meanwhile", line->path);
	was = strndup(start, len);
	r = was ? edit_text(line, was, work->edit->value, &is_now) : -ENOMEM;
	if (r == -EINVAL) {
		err_set(err, r, "%s, line %u: the quotes are not simply around a value", line->path,
			line->number);
		return err_hint(err, r, "Put crashkernel=%s into it by hand.", work->edit->value);
	}
	if (r < 0 || asprintf(&all, "%.*s%s%s", (int)(start - text), text, is_now, start + len) < 0)
		return err_oom(err);
	printf("%s, line %u:\n- %s\n+ %s\n", line->path, line->number, was, is_now);
	return replace(work, line->path, text, all, err);
}

/* The last crashkernel= of a line: "" for one without a value. Return: 1, 0 for none, -ENOMEM. */
static int current_value(const struct bootconf_line *line, char **ret)
{
	return cmdline_value(line->cmdline, "crashkernel", ret);
}

/* Edit @line if it has another value than the wanted one, and nobody chose it. */
static int change_line(struct work *work, const struct bootconf_line *line, struct err *err)
{
	const struct bootedit *edit = work->edit;
	_cleanup_free_ char *value = NULL;
	int r = current_value(line, &value);

	if (r < 0)
		return err_oom(err);
	if (r > 0 && strcmp(value, edit->value) == 0)
		return 0;
	if (r > 0 && !edit->force && !edit->may_change(value)) {
		err_set(err, -EPERM, "%s, line %u: 'crashkernel=%s' is no default but your own",
			line->path, line->number, value);
		return err_hint(err, -EPERM, "With --force it becomes 'crashkernel=%s'.",
				edit->value);
	}
	return edit_line(work, line, err);
}

/* Is @line the first of its kind in its file? An entry may have several lines of options. */
static bool is_first(const struct work *work, const struct bootconf_line *line)
{
	return line == work->conf.lines || line[-1].kind != line->kind ||
	       strcmp(line[-1].path, line->path) != 0;
}

static bool has_word(const struct bootconf_line *line)
{
	_cleanup_free_ char *value = NULL;

	return current_value(line, &value) > 0;
}

/* Does the file that @line is in have a crashkernel= anywhere? */
static bool file_has_word(const struct work *work, const struct bootconf_line *line)
{
	for (size_t i = 0; i < work->conf.count; i++)
		if (strcmp(work->conf.lines[i].path, line->path) == 0 &&
		    has_word(&work->conf.lines[i]))
			return true;
	return false;
}

/* What the boot loader reads and nobody generates: every entry by itself. */
static int change_entries(struct work *work, struct err *err)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < work->conf.count; i++) {
		const struct bootconf_line *line = &work->conf.lines[i];

		if (line->kind == BOOTCONF_BLS_ENTRY &&
		    (has_word(line) || (is_first(work, line) && !file_has_word(work, line))))
			r = change_line(work, line, err);
	}
	return r;
}

/* Debian's GRUB reads a folder of files; elsewhere the variable of the one file is ours to add to. */
static int add_own_file(struct work *work, struct err *err)
{
	_cleanup_free_ char *text = NULL;

	if (asprintf(&text,
		     "# Written by kdumpctl reset-crashkernel: memory for the capture kernel.\n"
		     "GRUB_CMDLINE_LINUX_DEFAULT=\"$GRUB_CMDLINE_LINUX_DEFAULT crashkernel=%s\"\n",
		     work->edit->value) < 0) {
		text = NULL;
		return err_oom(err);
	}
	printf("%s, new:\n+ %s", BOOTEDIT_OWN_FILE, strchr(text, '\n') + 1);
	return replace(work, BOOTEDIT_OWN_FILE, NULL, text, err);
}

static const struct bootconf_line *find_variable(const struct work *work)
{
	for (size_t i = 0; i < work->conf.count; i++)
		if (work->conf.lines[i].kind == BOOTCONF_GRUB_VARIABLE ||
		    work->conf.lines[i].kind == BOOTCONF_KERNEL_INSTALL)
			return &work->conf.lines[i];
	return NULL;
}

/* Where administrators write: every word that is there, or a new one. */
static int change_sources(struct work *work, const char *generator, struct err *err)
{
	const struct bootconf_line *first = find_variable(work);
	bool found = false;
	int r = 0;

	for (size_t i = 0; r == 0 && i < work->conf.count; i++) {
		const struct bootconf_line *line = &work->conf.lines[i];

		if (bootconf_is_generated(line) || !has_word(line))
			continue;
		found = true;
		r = change_line(work, line, err);
	}
	if (r < 0 || found)
		return r;
	if (generator && strcmp(generator, "update-grub") == 0)
		return add_own_file(work, err);
	return first ? change_line(work, first, err) : 0;
}

/* Was what GRUB reads generated before the word came? Not every entry needs to have it. */
static bool is_outdated(const struct work *work)
{
	bool has_entries = false;

	for (size_t i = 0; i < work->conf.count; i++) {
		if (work->conf.lines[i].kind != BOOTCONF_GRUB_ENTRY)
			continue;
		has_entries = true;
		if (has_word(&work->conf.lines[i]))
			return false;
	}
	return has_entries;
}

static int generate(const struct work *work, const char *generator, struct err *err)
{
	static const struct run_options options = { .seconds = GENERATOR_SECONDS };
	_cleanup_(strv_done) struct strv argv = { NULL };
	_cleanup_free_ char *program = NULL;
	int status, r = words_split(generator, &argv, err);

	if (r == 0)
		r = run_find_here(work->edit->root, argv.v[0], NULL, &program, err);
	if (r < 0)
		return r;
	printf("Running %s\n", generator);
	free(argv.v[0]);
	argv.v[0] = TAKE_PTR(program);
	r = run_program(argv.v, &options, &status, err);
	if (r == 0 && status != 0)
		r = err_set(err, -EIO, "%s ended with status %d", generator, status);
	return r;
}

/* Put all files back as they were, the newest change first. */
static void undo(const struct work *work)
{
	for (size_t i = work->changes; i-- > 0;) {
		const struct saved *saved = &work->saved[i];
		struct rootpath full;
		struct err err = ERR_INIT;
		int r;

		if (saved->text)
			r = staged_write(work->edit->root, saved->path, saved->text, 0644, &err);
		else if (rootpath_join(work->edit->root, saved->path, &full, &err) == 0)
			r = unlink(full.text) < 0 && errno != ENOENT ? -errno : 0;
		else
			r = -ENAMETOOLONG;
		printf(r < 0 ? "%s could not be put back as it was\n" : "%s is as it was\n",
		       saved->path);
	}
}

int bootedit_apply(const struct bootedit *edit, struct err *err)
{
	_cleanup_(work_done) struct work work = { .edit = edit };
	const char *generator;
	int r = bootconf_read(edit->root, &work.conf, err);

	if (r < 0)
		return r;
	generator = bootconf_generator(edit->root, &work.conf);
	if (work.conf.count == 0 && !generator) {
		err_set(err, -ENOENT,
			"no boot loader that is known here keeps its files on this "
			"machine");
		return err_hint(err, -ENOENT,
				"Add crashkernel=%s to the kernel's command line where yours does.",
				edit->value);
	}
	r = change_sources(&work, generator, err);
	if (r == 0)
		r = change_entries(&work, err);
	if (r == 0 && generator && (work.changes > 0 || is_outdated(&work)))
		r = generate(&work, generator, err);
	if (r < 0)
		undo(&work);
	return r < 0 ? r : work.changes > 0;
}
