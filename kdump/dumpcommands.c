/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The commands that deal with the dumps that were saved: list and info, which are like
 * coredumpctl's, and prune.
 */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "lib/number.h"

#include "kdump/arming.h"
#include "kdump/commands.h"
#include "kdump/conf.h"
#include "kdump/dumpfolder.h"
#include "kdump/dumphost.h"
#include "kdump/dumps.h"
#include "kdump/dumpview.h"
#include "kdump/prune.h"
#include "kdump/retention.h"
#include "kdump/run.h"

enum { NUMBER_DIGITS_MAX = 9 }; /* more are the name of one of Debian's dumps */

/*
 * The dumps that the configuration leads to. The default folder may be missing. @own: it matters
 * which of them are this machine's.
 */
static int read_dumps(const struct invocation *inv, const struct conf *conf, bool own,
		      struct dumps *dumps, struct err *err)
{
	_cleanup_free_ char *folder = NULL;
	int r = dumpfolder_find(&inv->root, conf, &folder, err);

	if (r == 0 && own)
		r = dumphost_of_folder(&inv->root, folder, dumps->host, err);
	if (r < 0)
		return r;
	r = dumps_read(&inv->root, folder, dumps, err);
	return r == -ENOENT && !conf->target && strcmp(conf->path, CONF_DEFAULT_PATH) == 0 ? 0 : r;
}

static int read_configured(const struct invocation *inv, struct dumps *dumps, struct err *err)
{
	_cleanup_(conf_done) struct conf conf = { NULL };
	int r = conf_read(&inv->root, CONF_ADMIN, &conf, err);

	return r < 0 ? r : read_dumps(inv, &conf, false, dumps, err);
}

static int find_dmesg(const struct invocation *inv, char **ret, struct err *err)
{
	return run_find_here(&inv->root, "vmcore-dmesg", inv->places->sbin, ret, err);
}

static int finish(int r, const struct err *err)
{
	if (r < 0)
		err_print(stderr, NULL, err);
	return r;
}

int command_list(struct invocation *inv, struct err *err)
{
	_cleanup_(dumps_done) struct dumps dumps = DUMPS_INIT;
	_cleanup_free_ char *program = NULL;
	int r = read_configured(inv, &dumps, err);

	if (r == 0)
		r = find_dmesg(inv, &program, err);
	if (r == 0 && inv->given & OPTION_JSON)
		r = dump_list_json(program, &dumps, err);
	else if (r == 0)
		r = dump_list_print(program, &dumps, err);
	return finish(r, err);
}

static int no_such_dump(const struct dumps *dumps, const char *word, struct err *err)
{
	if (dumps->n == 0)
		return err_set(err, -ENOENT, "No dumps in %s.", dumps->path);
	err_set(err, -ENOENT, "There is no dump number %s in %s.", word, dumps->path);
	return err_hint(err, -ENOENT, "kdumpctl list numbers them from 1 to %zu.", dumps->n);
}

/* Dumps among which number *@ret + 1 is the one that @word asks for; NULL: the newest. */
static int find_dump(const struct invocation *inv, const char *word, struct dumps *dumps,
		     size_t *ret, struct err *err)
{
	uint64_t number = 0;
	int r;

	if (word && strchr(word, '/')) {
		*ret = 0;
		r = dumps_read_one(&inv->root, word, dumps, err);
		return r == -EINVAL ? err_hint(err, r,
					       "To read the log of any file: vmcore-dmesg --cause "
					       "FILE")
				    : r;
	}
	r = read_configured(inv, dumps, err);
	if (r < 0)
		return r;
	if (word && (strlen(word) > NUMBER_DIGITS_MAX || number_parse(word, 10, &number) < 0)) {
		for (*ret = 0; *ret < dumps->n; (*ret)++)
			if (strcmp(dumps->v[*ret].name, word) == 0)
				return 0;
		err_set(err, -ENOENT, "There is no dump called '%s' in %s.", word, dumps->path);
		return err_hint(err, -ENOENT, "See kdumpctl list.");
	}
	if (!word)
		number = dumps->n;
	if (number == 0 || number > dumps->n)
		return no_such_dump(dumps, word ? word : "", err);
	*ret = (size_t)number - 1;
	return 0;
}

int command_info(struct invocation *inv, struct err *err)
{
	_cleanup_(dumps_done) struct dumps dumps = DUMPS_INIT;
	_cleanup_free_ char *program = NULL;
	size_t index = 0;
	int r = find_dump(inv, inv->count > 0 ? inv->words[0] : NULL, &dumps, &index, err);

	if (r == 0)
		r = find_dmesg(inv, &program, err);
	if (r == 0 && inv->given & OPTION_JSON)
		r = dump_info_json(program, &dumps, index, err);
	else if (r == 0)
		r = dump_info_print(program, &dumps, index, err);
	return finish(r, err);
}

int command_prune(struct invocation *inv, struct err *err)
{
	_cleanup_(dumps_done) struct dumps dumps = DUMPS_INIT;
	_cleanup_(conf_done) struct conf conf = { NULL };
	int r = conf_read(&inv->root, CONF_ADMIN, &conf, err);

	if (r == 0)
		r = read_dumps(inv, &conf, true, &dumps, err);
	if (r == 0)
		r = prune(&dumps, &conf, inv->given & OPTION_DRY_RUN, err);
	if (r < 0)
		return finish(r, err);
	if (!retention_is_set(&conf))
		printf("Dumps are kept for ever: none of keep_dumps, min_free and max_age is set "
		       "in %s.\n",
		       CONF_PATH);
	else if (r == 0)
		printf("No dump is to be deleted.\n");
	return 0;
}
