/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "kdump/announce.h"
#include "kdump/report.h"
#include "kdump/staged.h"

enum {
	LIST_MAX = 1 << 20, /* bytes of the list; one that is longer is begun anew */
	LIST_MODE = 0600,
	ANNOUNCED_MAX = 16, /* at a time; each may take as long as its log is read */
	OLD_SECONDS = 86400,
};

static const char *const places[] = { REPORT_PATH, REPORT_RUN_PATH };

/* The list, malloc()ed, of all places; NULL if there is none. */
static int read_list(const struct sysroot *root, char **ret, struct err *err)
{
	_cleanup_free_ char *all = NULL;

	for (size_t i = 0; i < ARRAY_SIZE(places); i++) {
		_cleanup_free_ char *text = NULL;
		char *longer;
		int r = sysroot_read(root, places[i], LIST_MAX, &text, NULL, err);

		if (r == -ENOMEM)
			return r;
		if (r < 0)
			continue;
		if (asprintf(&longer, "%s%s", all ? all : "", text) < 0)
			return err_oom(err);
		free(all);
		all = longer;
	}
	*ret = TAKE_PTR(all);
	return 0;
}

/* Is @path a line of @list? */
static bool is_listed(const char *list, const char *path)
{
	size_t len = strlen(path);

	for (const char *p = list; *p;) {
		size_t line = strcspn(p, "\n");

		if (line == len && memcmp(p, path, len) == 0)
			return true;
		p += line + (p[line] == '\n');
	}
	return false;
}

static int announce(const struct sysroot *root, const char *program, const struct dumps *dumps,
		    const struct dump *dump, struct err *err)
{
	_cleanup_(dump_cause_done) struct dump_cause cause = { NULL };
	_cleanup_(strv_done) struct strv fields = { NULL };
	struct err ignored = ERR_INIT;
	int r = program ? dump_cause_read(program, dumps, dump, &cause, &ignored) : 0;

	if (r == -ENOMEM)
		return err_oom(err);
	r = announce_fields(dumps, dump, &cause, &fields, err);
	if (r < 0)
		return r;
	/* Under systemd our output is the journal already. */
	if (!sysroot_is_real(root) || !getenv("JOURNAL_STREAM"))
		printf("%s\n", fields.v[0] + strlen("MESSAGE="));
	return sysroot_is_real(root) ? announce_send(&fields, err) : 0;
}

/* New dumps are announced and put into @added, a line each. */
static int announce_new(const struct sysroot *root, const char *program, const struct dumps *dumps,
			const char *list, FILE *added, struct err *err)
{
	time_t old = time(NULL) - OLD_SECONDS;
	int count = 0;

	for (size_t i = dumps->n; i > 0; i--) {
		const struct dump *dump = &dumps->v[i - 1];
		_cleanup_free_ char *path = NULL;
		int r = 0;

		if (!dump->own)
			continue;
		if (asprintf(&path, "%s/%s", dumps->path, dump->name) < 0) {
			path = NULL;
			return err_oom(err);
		}
		if (list && is_listed(list, path))
			continue;
		if ((list || dump->said.time >= old) && count < ANNOUNCED_MAX) {
			r = announce(root, program, dumps, dump, err);
			count++;
		}
		if (r < 0)
			return r;
		fprintf(added, "%s\n", path);
	}
	return count;
}

/* Keep what @list and @added say in the first place that takes it. */
static int write_list(const struct sysroot *root, const char *list, const char *added,
		      struct err *err)
{
	_cleanup_free_ char *text = NULL;
	int r = -ENOENT;

	if (!list || strlen(list) + strlen(added) > LIST_MAX)
		list = "";
	if (asprintf(&text, "%s%s", list, added) < 0) {
		text = NULL;
		return err_oom(err);
	}
	for (size_t i = 0; r < 0 && i < ARRAY_SIZE(places); i++)
		r = staged_write(root, places[i], text, LIST_MODE, err);
	return r;
}

int report(const struct sysroot *root, const char *program, const struct dumps *dumps,
	   struct err *err)
{
	_cleanup_free_ char *list = NULL, *added = NULL;
	size_t size = 0;
	FILE *stream;
	int r = read_list(root, &list, err), count = 0;

	if (r < 0)
		return r;
	stream = open_memstream(&added, &size);
	if (!stream)
		return err_oom(err);
	count = announce_new(root, program, dumps, list, stream, err);
	if (fclose(stream) != 0 && count >= 0)
		return err_oom(err);
	if (count < 0 && size == 0)
		return count;
	/* Also after a failure half-way: what was announced is not to be announced again. */
	r = !list || size > 0 ? write_list(root, list, added, count < 0 ? NULL : err) : 0;
	return count < 0 ? count : r < 0 ? r : count;
}
