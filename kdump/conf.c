/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kdump/conf.h"
#include "kdump/nearest.h"
#include "kdump/value.h"
#include "kdump/words.h"

#define BLANKS " \t"

enum { COUNT_MAX = 1000000 }; /* dumps, days */

/* What may become of a directive. */
enum status {
	WORKS,
	WORKS_IN_IMAGE, /* ours to write, not yet the administrator's */
	LATER,          /* known, and refused until it does what it says */
	DEPRECATED,     /* refused for good; RHEL 7 dropped it */
};

struct directive {
	const char *name;
	const char *value; /* what it takes, for messages */
	enum status status;
	int (*set)(struct conf *conf, const struct directive *row, const char *value,
		   struct err *err);
};

static int set_path(struct conf *conf, const struct directive *row _unused_, const char *value,
		    struct err *err)
{
	char *out;

	if (value[0] != '/')
		return err_set(err, -EINVAL, "path must begin with '/', not '%s'", value);
	conf->path = out = strdup(value);
	if (!out)
		return err_oom(err);
	for (const char *p = value; *p; p++)
		if (*p != '/' || p[1] != '/')
			*out++ = *p;
	if (out > conf->path + 1 && out[-1] == '/')
		out--;
	*out = '\0';
	return 0;
}

static int set_collector(struct conf *conf, const struct directive *row _unused_, const char *value,
			 struct err *err)
{
	int r = words_split(value, &conf->collector, err);

	if (r < 0)
		return err_prefix(err, r, "core_collector");
	conf->collector_text = strdup(value);
	return conf->collector_text ? 0 : err_oom(err);
}

static int set_target(struct conf *conf, const struct directive *row, const char *value,
		      struct err *err)
{
	if (conf->target)
		return err_set(err, -EINVAL, "More than one dump targets specified");
	conf->target_type = strdup(row->name);
	conf->target = strdup(value);
	return conf->target_type && conf->target ? 0 : err_oom(err);
}

static int bad_value(const struct directive *row, struct err *err)
{
	return err_prefix(err, -EINVAL, "Invalid kdump config value for option '%s'", row->name);
}

static int set_keep_dumps(struct conf *conf, const struct directive *row, const char *value,
			  struct err *err)
{
	int r = value_count(value, COUNT_MAX, &conf->keep_dumps, err);

	return r < 0 ? bad_value(row, err) : 0;
}

static int set_min_free(struct conf *conf, const struct directive *row, const char *value,
			struct err *err)
{
	int r = value_size(value, &conf->min_free, err);

	return r < 0 ? bad_value(row, err) : 0;
}

static int set_max_age(struct conf *conf, const struct directive *row, const char *value,
		       struct err *err)
{
	int r = value_count(value, COUNT_MAX, &conf->max_age, err);

	return r < 0 ? bad_value(row, err) : 0;
}

/* Names and meanings: kdump.conf(5) of RHEL 7 and of today; the last three are our own. */
static const struct directive directives[] = {
	{ "path", "DIRECTORY", WORKS, set_path },
	{ "core_collector", "COMMAND", WORKS, set_collector },
	{ "ext2", "DEVICE", WORKS_IN_IMAGE, set_target },
	{ "ext3", "DEVICE", WORKS_IN_IMAGE, set_target },
	{ "ext4", "DEVICE", WORKS_IN_IMAGE, set_target },
	{ "xfs", "DEVICE", WORKS_IN_IMAGE, set_target },
	{ "btrfs", "DEVICE", LATER, NULL },
	{ "minix", "DEVICE", LATER, NULL },
	{ "virtiofs", "TAG", LATER, NULL },
	{ "raw", "DEVICE", LATER, NULL },
	{ "nfs", "HOST:/EXPORT", LATER, NULL },
	{ "ssh", "USER@HOST", LATER, NULL },
	{ "sshkey", "FILE", LATER, NULL },
	{ "kdump_pre", "PROGRAM", LATER, NULL },
	{ "kdump_post", "PROGRAM", LATER, NULL },
	{ "kdump_emergency", "PROGRAM", LATER, NULL },
	{ "extra_bins", "PROGRAM...", LATER, NULL },
	{ "extra_modules", "MODULE...", LATER, NULL },
	{ "failure_action", "reboot|halt|poweroff|shell|dump_to_rootfs", LATER, NULL },
	{ "default", "reboot|halt|poweroff|shell|dump_to_rootfs", LATER, NULL },
	{ "final_action", "reboot|halt|poweroff", LATER, NULL },
	{ "force_rebuild", "0|1", LATER, NULL },
	{ "force_no_rebuild", "0|1", LATER, NULL },
	{ "auto_reset_crashkernel", "yes|no", LATER, NULL },
	{ "dracut_args", "ARGUMENTS", LATER, NULL },
	{ "fence_kdump_args", "ARGUMENTS", LATER, NULL },
	{ "fence_kdump_nodes", "HOST...", LATER, NULL },
	{ "keep_dumps", "NUMBER", WORKS, set_keep_dumps },
	{ "min_free", "SIZE", WORKS, set_min_free },
	{ "max_age", "DAYS", WORKS, set_max_age },
	{ "net", "", DEPRECATED, NULL },
	{ "options", "", DEPRECATED, NULL },
	{ "link_delay", "", DEPRECATED, NULL },
	{ "disk_timeout", "", DEPRECATED, NULL },
	{ "debug_mem_level", "", DEPRECATED, NULL },
	{ "blacklist", "", DEPRECATED, NULL },
};

static const struct directive *find(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(directives); i++)
		if (strcmp(directives[i].name, name) == 0)
			return &directives[i];
	return NULL;
}

static int refuse_unknown(const char *name, struct err *err)
{
	const char *best = NULL;

	for (size_t i = 0; i < ARRAY_SIZE(directives); i++) {
		const char *known = directives[i].name;

		if (directives[i].status == DEPRECATED || !nearest_is_near(name, known))
			continue;
		if (!best || nearest_distance(name, known) < nearest_distance(name, best))
			best = known;
	}
	err_set(err, -EINVAL, "Invalid kdump config option %s", name);
	if (best)
		err_hint(err, -EINVAL, "Did you mean '%s'?", best);
	return -EINVAL;
}

/* Cut blanks, comment and one pair of enclosing quotes off @value, in place. */
static char *tidy_value(char *value)
{
	char *end;

	value += strspn(value, BLANKS);
	if (value[0] == '"') {
		end = strchr(value + 1, '"');
		if (end && (!end[1 + strspn(end + 1, BLANKS)] ||
			    end[1 + strspn(end + 1, BLANKS)] == '#')) {
			*end = '\0';
			return value + 1;
		}
	}
	value[strcspn(value, "#")] = '\0';
	end = value + strlen(value);
	while (end > value && strchr(BLANKS, end[-1]))
		*--end = '\0';
	return value;
}

/* State of reading one file: @seen[i] is whether directives[i] was there. */
struct reading {
	enum conf_place place;
	bool seen[ARRAY_SIZE(directives)];
	struct conf conf;
};

static int refuse_status(const struct directive *row, enum conf_place place, struct err *err)
{
	if (row->status == DEPRECATED)
		return err_set(err, -EINVAL,
			       "Deprecated kdump config option: %s. Refer to kdump.conf manpage "
			       "for alternatives.",
			       row->name);
	if (row->status == LATER || (row->status == WORKS_IN_IMAGE && place == CONF_ADMIN)) {
		err_set(err, -EINVAL, "kdump config option %s is not supported yet", row->name);
		return err_hint(err, -EINVAL, "Remove the line, or make it a comment.");
	}
	return 0;
}

/* One line, NUL-terminated and writable, without its newline. */
static int read_line(struct reading *rd, char *line, struct err *err)
{
	const struct directive *row;
	char *name, *value;
	size_t len;
	int r;

	name = line + strspn(line, BLANKS);
	if (!name[0] || name[0] == '#')
		return 0;
	len = strcspn(name, BLANKS);
	value = name + len;
	if (*value)
		*value++ = '\0';
	row = find(name);
	if (!row)
		return refuse_unknown(name, err);
	r = refuse_status(row, rd->place, err);
	if (r < 0)
		return r;
	value = tidy_value(value);
	if (!value[0]) {
		err_set(err, -EINVAL, "Invalid kdump config value for option '%s'", row->name);
		return err_hint(err, -EINVAL, "It takes a value: %s %s", row->name, row->value);
	}
	if (rd->seen[row - directives])
		return err_set(err, -EINVAL, "Duplicated kdump config value of option %s",
			       row->name);
	rd->seen[row - directives] = true;
	return row->set(&rd->conf, row, value, err);
}

/* The bytes of a line as text, or a refusal of what no line of text has in it. */
static int check_line(const char *p, size_t len, struct err *err)
{
	if (len > CONF_LINE_MAX)
		return err_set(err, -EINVAL, "line of %zu bytes; the most is %d", len,
			       CONF_LINE_MAX);
	if (memchr(p, '\0', len))
		return err_set(err, -EINVAL, "NUL byte: this is not a text file");
	if (memchr(p, '\r', len)) {
		err_set(err, -EINVAL, "carriage return: this file has DOS line ends");
		return err_hint(err, -EINVAL, "Convert it: sed -i 's/\\r$//' FILE");
	}
	return 0;
}

static int set_defaults(struct conf *conf, struct err *err)
{
	if (!conf->path) {
		conf->path = strdup(CONF_DEFAULT_PATH);
		if (!conf->path)
			return err_oom(err);
	}
	return conf->collector_text ? 0 : set_collector(conf, NULL, CONF_DEFAULT_COLLECTOR, err);
}

int conf_parse(const char *text, size_t size, const char *name, enum conf_place place,
	       struct conf *ret, struct err *err)
{
	struct reading rd = { .place = place };
	const char *p = text, *end = text + size;
	char line[CONF_LINE_MAX + 1];
	int r = 0;

	for (unsigned long number = 1; r == 0 && p < end; number++) {
		const char *newline = memchr(p, '\n', (size_t)(end - p));
		size_t len = (size_t)((newline ? newline : end) - p);

		r = check_line(p, len, err);
		if (r == 0) {
			memcpy(line, p, len);
			line[len] = '\0';
			r = read_line(&rd, line, err);
		}
		if (r < 0)
			err_prefix(err, r, "%s:%lu", name, number);
		p += len + (newline ? 1 : 0);
	}
	if (r == 0)
		r = set_defaults(&rd.conf, err);
	if (r < 0)
		conf_done(&rd.conf);
	else
		*ret = rd.conf;
	return r;
}

int conf_read(const struct sysroot *root, enum conf_place place, struct conf *ret, struct err *err)
{
	_cleanup_free_ char *text = NULL;
	size_t size;
	int r = sysroot_read(root, CONF_PATH, CONF_FILE_MAX, &text, &size, err);

	if (r == -ENOENT) {
		err_set(err, r, "Error: No kdump config file found!");
		return err_hint(err, r, "Create %s; an empty one asks for the defaults.",
				CONF_PATH);
	}
	if (r < 0)
		return r;
	return conf_parse(text, size, "kdump.conf", place, ret, err);
}

/* The quotes to write around @value, or NULL if it cannot be written at all. */
static const char *quotes_for(const char *value)
{
	if (strpbrk(value, "\n\r"))
		return NULL;
	if (!strchr(value, '"'))
		return "\"";
	return strchr(value, '#') || value[0] == '"' ? NULL : "";
}

int conf_format(const struct conf *conf, char **ret, struct err *err)
{
	const char *path_quotes = quotes_for(conf->path);
	const char *collector_quotes = quotes_for(conf->collector_text);
	char *text;
	int n;

	if (!path_quotes)
		return err_set(err, -EINVAL, "the dump path '%s' cannot be handed on", conf->path);
	if (!collector_quotes)
		return err_set(err, -EINVAL, "core_collector '%s' cannot be handed on",
			       conf->collector_text);
	n = asprintf(&text, "%s%s%s%spath %s%s%s\ncore_collector %s%s%s\n",
		     conf->target ? conf->target_type : "", conf->target ? " " : "",
		     conf->target ? conf->target : "", conf->target ? "\n" : "", path_quotes,
		     conf->path, path_quotes, collector_quotes, conf->collector_text,
		     collector_quotes);
	if (n < 0)
		return err_oom(err);
	*ret = text;
	return 0;
}

void conf_done(struct conf *conf)
{
	free(conf->path);
	strv_done(&conf->collector);
	free(conf->collector_text);
	free(conf->target_type);
	free(conf->target);
	*conf = (struct conf){ NULL };
}
