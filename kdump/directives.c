/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "kdump/directives.h"
#include "kdump/dumpname.h"
#include "kdump/dumptarget.h"
#include "kdump/nearest.h"
#include "kdump/value.h"
#include "kdump/words.h"

enum {
	COUNT_MAX = 1000000,            /* dumps, days */
	LOOP_SECONDS_MAX = 366 * 86400, /* a year */
};

static void *member(const struct directive *row, struct conf *conf)
{
	return (char *)conf + row->member;
}

static int bad_value(const struct directive *row, struct err *err)
{
	return err_prefix(err, -EINVAL, "Invalid kdump config value for option '%s'", row->name);
}

static int set_text(const struct directive *row, const char *value, struct conf *conf,
		    struct err *err)
{
	char **text = member(row, conf);

	free(*text); /* dracut_args may have brought one */
	*text = strdup(value);
	return *text ? 0 : err_oom(err);
}

static int set_file(const struct directive *row, const char *value, struct conf *conf,
		    struct err *err)
{
	if (value[0] != '/')
		return err_set(err, -EINVAL, "%s must begin with '/', not '%s'", row->name, value);
	return set_text(row, value, conf, err);
}

/* A folder is called so, which is to lie where the dumps do. */
static int set_host(const struct directive *row, const char *value, struct conf *conf,
		    struct err *err)
{
	if (!dump_name_takes(value))
		return err_set(err, -EINVAL, "%s '%s' cannot begin the name of a dump", row->name,
			       value);
	return set_text(row, value, conf, err);
}

static int set_path(const struct directive *row, const char *value, struct conf *conf,
		    struct err *err)
{
	int r = set_file(row, value, conf, err);
	char *out = conf->path;

	if (r < 0)
		return r;
	for (const char *p = value; *p; p++)
		if (*p != '/' || p[1] != '/')
			*out++ = *p;
	if (out > conf->path + 1 && out[-1] == '/')
		out--;
	*out = '\0';
	return 0;
}

static int set_words(const struct directive *row, const char *value, struct conf *conf,
		     struct err *err)
{
	int r = words_split(value, member(row, conf), err);

	return r < 0 ? err_prefix(err, r, "%s", row->name) : 0;
}

/* Words that are kept as they are written. */
static int set_line(const struct directive *row, const char *value, struct conf *conf,
		    struct err *err)
{
	_cleanup_(strv_done) struct strv words = { NULL };
	int r = words_split(value, &words, err);

	return r < 0 ? err_prefix(err, r, "%s", row->name) : set_text(row, value, conf, err);
}

static int set_collector(const struct directive *row, const char *value, struct conf *conf,
			 struct err *err)
{
	int r = words_split(value, &conf->collector, err);

	if (r < 0)
		return err_prefix(err, r, "%s", row->name);
	if (strcmp(conf->collector.v[0], CONF_BUILTIN_COLLECTOR) == 0 && conf->collector.n > 1)
		return err_set(err, -EINVAL, "%s " CONF_BUILTIN_COLLECTOR " takes no options",
			       row->name);
	return set_text(row, value, conf, err);
}

static int set_action(const struct directive *row, const char *value, struct conf *conf,
		      struct err *err)
{
	enum conf_action *action = member(row, conf);
	int choice = value_choice(value, row->value);

	if (choice < 0) {
		err_set(err, choice, "Usage kdump.conf: %s {%s}, not '%s'", row->name, row->value,
			value);
		value_suggest(value, row->value, err);
		return choice;
	}
	*action = (enum conf_action)choice;
	return 0;
}

static int set_flag(const struct directive *row, const char *value, struct conf *conf,
		    struct err *err)
{
	bool *flag = member(row, conf);
	int choice = value_choice(value, row->value);

	if (choice < 0) {
		err_set(err, choice, "Error: %s value is invalid: '%s'", row->name, value);
		return err_hint(err, choice, "It is 0 or 1.");
	}
	*flag = choice == 1;
	return 0;
}

static int set_auto_reset(const struct directive *row, const char *value, struct conf *conf,
			  struct err *err)
{
	int choice = value_choice(value, row->value);

	if (choice < 0) {
		err_set(err, choice, "'%s' is neither yes nor no", value);
		return bad_value(row, err);
	}
	conf->keep_crashkernel = choice == 1;
	return 0;
}

static int set_count(const struct directive *row, const char *value, struct conf *conf,
		     struct err *err)
{
	int r = value_count(value, COUNT_MAX, member(row, conf), err);

	return r < 0 ? bad_value(row, err) : 0;
}

static int set_size(const struct directive *row, const char *value, struct conf *conf,
		    struct err *err)
{
	int r = value_size(value, member(row, conf), err);

	return r < 0 ? bad_value(row, err) : 0;
}

static int refuse_loop(const struct directive *row, struct err *err, const char *hint)
{
	return err_hint(err, bad_value(row, err), "%s", hint);
}

/* @words: NUMBER SECONDS [ACTION] */
static int read_loop(const struct directive *row, const struct strv *words, struct conf_loop *ret,
		     struct err *err)
{
	const char *action = words->n > 2 ? words->v[2] : conf_action_name(CONF_POWEROFF);
	int choice = value_choice(action, CONF_LOOP_ACTIONS);

	if (words->n < 2 || words->n > 3) {
		err_set(err, -EINVAL, "%zu words", words->n);
		return refuse_loop(row, err,
				   "It takes a number of dumps, seconds, and perhaps an action: "
				   "crash_loop 3 3600 halt");
	}
	if (value_count(words->v[0], COUNT_MAX, &ret->count, err) < 0 ||
	    value_count(words->v[1], LOOP_SECONDS_MAX, &ret->seconds, err) < 0)
		return bad_value(row, err);
	if (ret->count == 1) {
		err_set(err, -EINVAL, "one dump is no loop");
		return refuse_loop(
			row, err, "final_action says how each capture ends: final_action poweroff");
	}
	if (choice < 0) {
		err_set(err, -EINVAL, "'%s' is none of " CONF_LOOP_ACTIONS, action);
		value_suggest(action, CONF_LOOP_ACTIONS, err);
		return bad_value(row, err);
	}
	ret->action = choice == 0 ? CONF_HALT : CONF_POWEROFF;
	return 0;
}

static int set_loop(const struct directive *row, const char *value, struct conf *conf,
		    struct err *err)
{
	_cleanup_(strv_done) struct strv words = { NULL };
	int r = words_split(value, &words, err);

	return r < 0 ? err_prefix(err, r, "%s", row->name)
		     : read_loop(row, &words, &conf->crash_loop, err);
}

static int set_target(const struct directive *row, const char *value, struct conf *conf,
		      struct err *err)
{
	conf->target_from = conf->target ? conf->target_from : row->name;
	return dumptarget_set(row->name, value, conf, err);
}

static int set_dracut_args(const struct directive *row, const char *value, struct conf *conf,
			   struct err *err)
{
	int r = set_text(row, value, conf, err);

	conf->target_from = conf->target ? conf->target_from : row->name;
	return r < 0 ? r : dumptarget_set_dracut(value, conf, err);
}

#define MEMBER(name) offsetof(struct conf, name)

/* clang-format off */
static const struct directive directives[] = {
	{ "path", "DIRECTORY", DIRECTIVE_WORKS, set_path, MEMBER(path) },
	{ "core_collector", "COMMAND", DIRECTIVE_WORKS, set_collector, MEMBER(collector_text) },
	{ "ext2", "DEVICE", DIRECTIVE_WORKS, set_target },
	{ "ext3", "DEVICE", DIRECTIVE_WORKS, set_target },
	{ "ext4", "DEVICE", DIRECTIVE_WORKS, set_target },
	{ "xfs", "DEVICE", DIRECTIVE_WORKS, set_target },
	{ "btrfs", "DEVICE", DIRECTIVE_WORKS, set_target },
	{ "minix", "DEVICE", DIRECTIVE_WORKS, set_target },
	{ "virtiofs", "TAG", DIRECTIVE_WORKS, set_target },
	{ "raw", "DEVICE", DIRECTIVE_WORKS, set_target },
	{ "nfs", "HOST:/EXPORT", DIRECTIVE_WORKS, set_target },
	{ "ssh", "USER@HOST", DIRECTIVE_WORKS, set_target },
	{ "sshkey", "FILE", DIRECTIVE_WORKS, set_file, MEMBER(sshkey) },
	{ "kdump_pre", "PROGRAM", DIRECTIVE_WORKS, set_file, MEMBER(kdump_pre) },
	{ "kdump_post", "PROGRAM", DIRECTIVE_WORKS, set_file, MEMBER(kdump_post) },
	{ "kdump_emergency", "PROGRAM", DIRECTIVE_WORKS, set_file, MEMBER(kdump_emergency) },
	{ "extra_bins", "PROGRAM...", DIRECTIVE_WORKS, set_words, MEMBER(extra_bins) },
	{ "extra_modules", "MODULE...", DIRECTIVE_WORKS, set_words, MEMBER(extra_modules) },
	{ "failure_action", CONF_FAILURE_ACTIONS, DIRECTIVE_WORKS, set_action,
	  MEMBER(failure_action) },
	{ "default", CONF_FAILURE_ACTIONS, DIRECTIVE_WORKS, set_action, MEMBER(failure_action),
	  "failure_action" },
	{ "final_action", CONF_FINAL_ACTIONS, DIRECTIVE_WORKS, set_action, MEMBER(final_action) },
	{ "force_rebuild", "0|1", DIRECTIVE_WORKS, set_flag, MEMBER(force_rebuild) },
	{ "force_no_rebuild", "0|1", DIRECTIVE_WORKS, set_flag, MEMBER(force_no_rebuild) },
	{ "auto_reset_crashkernel", "yes|no", DIRECTIVE_WORKS, set_auto_reset },
	{ "dracut_args", "ARGUMENTS", DIRECTIVE_WORKS, set_dracut_args, MEMBER(dracut_args) },
	{ "fence_kdump_args", "ARGUMENTS", DIRECTIVE_WORKS, set_line, MEMBER(fence_kdump_args) },
	{ "fence_kdump_nodes", "HOST...", DIRECTIVE_WORKS, set_words, MEMBER(fence_kdump_nodes) },
	{ "keep_dumps", "NUMBER", DIRECTIVE_WORKS, set_count, MEMBER(keep_dumps) },
	{ "min_free", "SIZE", DIRECTIVE_WORKS, set_size, MEMBER(min_free) },
	{ "max_age", "DAYS", DIRECTIVE_WORKS, set_count, MEMBER(max_age) },
	{ "crash_loop", "NUMBER SECONDS [ACTION]", DIRECTIVE_WORKS, set_loop },
	{ "mount_options", "OPTIONS", DIRECTIVE_IMAGE, set_text, MEMBER(mount_options) },
	{ "dump_host", "WORD", DIRECTIVE_IMAGE, set_host, MEMBER(dump_host) },
	{ "net", "", DIRECTIVE_DEPRECATED },
	{ "options", "", DIRECTIVE_DEPRECATED },
	{ "link_delay", "", DIRECTIVE_DEPRECATED },
	{ "disk_timeout", "", DIRECTIVE_DEPRECATED },
	{ "debug_mem_level", "", DIRECTIVE_DEPRECATED },
	{ "blacklist", "", DIRECTIVE_DEPRECATED },
};
/* clang-format on */

_Static_assert(ARRAY_SIZE(directives) <= CONF_DIRECTIVES_MAX, "CONF_DIRECTIVES_MAX is too small");

const struct directive *directive_find(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(directives); i++)
		if (strcmp(directives[i].name, name) == 0)
			return &directives[i];
	return NULL;
}

unsigned long *directive_line(struct conf *conf, const struct directive *row)
{
	return &conf->lines[(row->today ? directive_find(row->today) : row) - directives];
}

int directive_refuse_unknown(const char *name, struct err *err)
{
	const char *best = NULL;

	for (size_t i = 0; i < ARRAY_SIZE(directives); i++) {
		const char *known = directives[i].name;

		if (directives[i].status == DIRECTIVE_DEPRECATED ||
		    directives[i].status == DIRECTIVE_IMAGE)
			continue;
		if (nearest_is_better(name, known, best))
			best = known;
	}
	err_set(err, -EINVAL, "Invalid kdump config option %s", name);
	if (best)
		err_hint(err, -EINVAL, "Did you mean '%s'?", best);
	return -EINVAL;
}
