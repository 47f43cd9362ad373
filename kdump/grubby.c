/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/array.h"
#include "lib/scratch.h"

#include "kdump/grubby.h"
#include "kdump/run.h"

void grubby_done(struct grubby *grubby)
{
	for (size_t i = 0; i < grubby->count; i++) {
		free(grubby->entries[i].index);
		free(grubby->entries[i].kernel);
		free(grubby->entries[i].args);
	}
	free(grubby->entries);
	free(grubby->program);
	*grubby = (struct grubby){ NULL };
}

/* The value of a line NAME=VALUE or NAME="VALUE", or NULL. */
static char *take_value(const char *line, size_t len, const char *name)
{
	size_t n = strlen(name);

	if (len <= n || memcmp(line, name, n) != 0 || line[n] != '=')
		return NULL;
	line += n + 1;
	len -= n + 1;
	if (len >= 2 && line[0] == '"' && line[len - 1] == '"') {
		line++;
		len -= 2;
	}
	return strndup(line, len);
}

static int begin_entry(struct grubby *grubby)
{
	if (array_reserve(&grubby->entries, &grubby->capacity, grubby->count + 1,
			  sizeof(*grubby->entries)) < 0)
		return -ENOMEM;
	grubby->entries[grubby->count++] = (struct grubby_entry){ NULL };
	return 0;
}

int grubby_parse(const char *text, struct grubby *ret)
{
	size_t len;

	for (; *text; text += len + (text[len] == '\n')) {
		struct grubby_entry *entry;
		char *value;

		len = strcspn(text, "\n");
		value = take_value(text, len, "index");
		if (value && begin_entry(ret) < 0) {
			free(value);
			return -ENOMEM;
		}
		if (ret->count == 0)
			continue;
		entry = &ret->entries[ret->count - 1];
		if (value)
			entry->index = value;
		else if (!entry->kernel)
			entry->kernel = take_value(text, len, "kernel");
		if (!entry->args)
			entry->args = take_value(text, len, "args");
	}
	return 0;
}

/* Run grubby with one or two options, and read what it prints. */
static int ask(const struct grubby *grubby, const char *option, const char *second, char **ret,
	       struct err *err)
{
	_cleanup_close_ int fd = scratch_open(err);
	struct run_options options = { .stdout_fd = fd, .seconds = GRUBBY_SECONDS };
	char *argv[] = { grubby->program, (char *)option, (char *)second, NULL };
	int status, r;

	if (fd < 0)
		return fd;
	r = run_program(argv, &options, &status, err);
	if (r == 0 && status != 0)
		r = err_set(err, -EINVAL, "%s %s ended with status %d", grubby->program, option,
			    status);
	if (r < 0)
		return r;
	return scratch_read(fd, grubby->program, GRUBBY_OUTPUT_MAX, ret, NULL, err);
}

int grubby_read(const struct sysroot *root, const char *which, struct grubby *ret, struct err *err)
{
	_cleanup_free_ char *text = NULL, *option = NULL;
	int r = run_find_here(root, "grubby", NULL, &ret->program, err);

	if (r < 0)
		return r;
	if (asprintf(&option, "--info=%s", which) < 0) {
		option = NULL;
		return err_oom(err);
	}
	r = ask(ret, option, NULL, &text, err);
	if (r == 0 && grubby_parse(text, ret) < 0)
		r = err_oom(err);
	if (r == 0 && ret->count == 0)
		r = err_set(err, -EINVAL, "grubby knows no entry for %s", which);
	return r;
}

int grubby_set(const struct grubby *grubby, const struct grubby_entry *entry, const char *name,
	       const char *value, struct err *err)
{
	_cleanup_free_ char *update = NULL, *args = NULL, *text = NULL;

	if (asprintf(&update, "--update-kernel=%s", entry->index) < 0) {
		update = NULL;
		return err_oom(err);
	}
	if (asprintf(&args, "--args=%s=%s", name, value) < 0) {
		args = NULL;
		return err_oom(err);
	}
	return ask(grubby, update, args, &text, err);
}
