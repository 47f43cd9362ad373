/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A configuration as text: the way back from conf.c.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kdump/conf.h"
#include "kdump/dumptarget.h"

static const char *const actions[] = { "reboot", "halt", "poweroff", "shell", "dump_to_rootfs" };

const char *conf_action_name(enum conf_action action)
{
	return actions[action];
}

/* The quotes to write around @value, or NULL if it cannot be written at all. */
static const char *quotes_for(const char *value)
{
	if (strpbrk(value, "\n\r"))
		return NULL;
	if (!strchr(value, '"'))
		return "\"";
	if (strchr(value, '#') || strchr("\" \t", value[0]) ||
	    strchr(" \t", value[strlen(value) - 1]))
		return NULL;
	return "";
}

/* Write a line; none for a @value that is NULL. */
static int put(FILE *out, const char *name, const char *value, struct err *err)
{
	const char *quotes = value ? quotes_for(value) : "";

	if (!quotes)
		return err_set(err, -EINVAL, "%s '%s' cannot be handed on", name, value);
	if (value)
		fprintf(out, "%s %s%s%s\n", name, quotes, value, quotes);
	return 0;
}

/* An action if it is another than the default. */
static const char *action(enum conf_action chosen)
{
	return chosen == CONF_REBOOT ? NULL : conf_action_name(chosen);
}

/* A line with a number; none for one that is not set. */
static void put_number(FILE *out, const char *name, uint64_t value)
{
	if (value > 0)
		fprintf(out, "%s %" PRIu64 "\n", name, value);
}

int conf_format(const struct conf *conf, char **ret, struct err *err)
{
	const struct {
		const char *name;
		const char *value;
	} lines[] = {
		{ conf->target_type, conf->target },
		{ "mount_options", conf->mount_options },
		{ "path", conf->path },
		{ "dump_host", conf->dump_host },
		{ "core_collector", conf->collector_text },
		{ "kdump_pre", conf->kdump_pre },
		{ "kdump_post", conf->kdump_post },
		{ "kdump_emergency", conf->kdump_emergency },
		{ "fence_kdump_args", conf->fence_kdump_args },
		{ "failure_action", action(conf->failure_action) },
		{ "final_action", action(conf->final_action) },
	};
	_cleanup_free_ char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	int r = 0;

	if (!out)
		return err_oom(err);
	if (conf->target && !dumptarget_is_known(conf->target_type))
		r = err_set(err, -EINVAL, "target type '%s' cannot be handed on",
			    conf->target_type);
	for (size_t i = 0; r == 0 && i < ARRAY_SIZE(lines); i++)
		r = put(out, lines[i].name, lines[i].value, err);
	put_number(out, "keep_dumps", conf->keep_dumps);
	put_number(out, "min_free", conf->min_free);
	put_number(out, "max_age", conf->max_age);
	if (conf->crash_loop.count)
		fprintf(out, "crash_loop %" PRIu64 " %" PRIu64 " %s\n", conf->crash_loop.count,
			conf->crash_loop.seconds, conf_action_name(conf->crash_loop.action));
	if (fclose(out) == EOF && r == 0)
		r = err_oom(err);
	if (r == 0)
		*ret = TAKE_PTR(text);
	return r;
}
