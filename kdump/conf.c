/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/utf8.h"

#include "kdump/conf.h"
#include "kdump/directives.h"

#define BLANKS " \t"

enum { BYTE_ORDER_MARK = 0xfeff }; /* which some editors put first */

/* State of reading one file. */
struct reading {
	enum conf_place place;
	unsigned long number; /* of the line */
	struct conf conf;
};

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

static int find_row(const struct reading *rd, const char *name, const struct directive **ret,
		    struct err *err)
{
	const struct directive *row = directive_find(name);

	if (!row || (row->status == DIRECTIVE_IMAGE && rd->place == CONF_ADMIN))
		return directive_refuse_unknown(name, err);
	if (row->status == DIRECTIVE_DEPRECATED)
		return err_set(err, -EINVAL,
			       "Deprecated kdump config option: %s. Refer to kdump.conf manpage "
			       "for alternatives.",
			       row->name);
	*ret = row;
	return 0;
}

/* Remember the first line that the capture image cannot honour. */
static int note_unable(struct reading *rd, const struct directive *row, const char *value,
		       struct err *err)
{
	struct conf *conf = &rd->conf;
	int n;

	if (conf->unable)
		return 0;
	n = asprintf(&conf->unable,
		     "%s:%lu: %s %s: the capture image of this version cannot do that yet",
		     conf->name, rd->number, row->name, value);
	if (n < 0)
		conf->unable = NULL;
	return n < 0 ? err_oom(err) : 0;
}

static int set_row(struct reading *rd, const struct directive *row, const char *value,
		   struct err *err)
{
	struct conf *conf = &rd->conf;
	int r;

	*directive_line(conf, row) = rd->number;
	r = row->set(row, value, conf, err);
	if (r < 0)
		return r;
	if (r > 0)
		r = note_unable(rd, row, value, err);
	if (r == 0 && row->today &&
	    conf_warn(conf, row->today, "%s is now called %s; it is taken as that", row->name,
		      row->today) < 0)
		return err_oom(err);
	return r;
}

/* One line, NUL-terminated and writable, without its newline. */
static int read_line(struct reading *rd, char *line, struct err *err)
{
	const struct directive *row = NULL;
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
	r = find_row(rd, name, &row, err);
	if (r < 0)
		return r;
	value = tidy_value(value);
	if (!value[0]) {
		err_set(err, -EINVAL, "Invalid kdump config value for option '%s'", row->name);
		return err_hint(err, -EINVAL, "It takes a value: %s %s", row->name, row->value);
	}
	if (*directive_line(&rd->conf, row)) {
		err_set(err, -EINVAL, "Duplicated kdump config value of option %s", row->name);
		return err_hint(err, -EINVAL, "Line %lu has one already.",
				*directive_line(&rd->conf, row));
	}
	return set_row(rd, row, value, err);
}

/* The bytes of a line as text, or a refusal of what no line of text has in it. */
static int check_line(const char *line, size_t len, struct err *err)
{
	struct bytes rest = { (const uint8_t *)line, len };

	if (memchr(line, '\0', len))
		return err_set(err, -EINVAL, "NUL byte: this is not a text file");
	if (memchr(line, '\r', len)) {
		err_set(err, -EINVAL, "carriage return: this file has DOS line ends");
		return err_hint(err, -EINVAL, "Convert it: sed -i 's/\\r$//' FILE");
	}
	while (rest.size > 0) {
		uint32_t code = 0;
		size_t n = utf8_take(rest, &code);

		if (n == 0)
			return err_set(err, -EINVAL, "byte 0x%02x: this is not text in UTF-8",
				       rest.data[0]);
		if (code == BYTE_ORDER_MARK)
			return err_set(err, -EINVAL, "byte order mark: save this file without it");
		if ((code < ' ' && code != '\t') || (code >= 0x7f && code <= 0x9f))
			return err_set(err, -EINVAL,
				       "control character 0x%02x: this is not a text file",
				       (unsigned int)code);
		rest = (struct bytes){ rest.data + n, rest.size - n };
	}
	return 0;
}

/* @len bytes at @p are a line. */
static int take_line(struct reading *rd, const char *p, size_t len, struct err *err)
{
	char line[CONF_LINE_MAX + 1];
	int r = 0;

	rd->number++;
	if (len > CONF_LINE_MAX) {
		r = err_set(err, -EINVAL, "line of %zu bytes; the most is %d", len, CONF_LINE_MAX);
	} else {
		memcpy(line, p, len);
		line[len] = '\0';
		r = check_line(line, len, err);
		if (r == 0)
			r = read_line(rd, line, err);
	}
	return r < 0 ? err_prefix(err, r, "%s:%lu", rd->conf.name, rd->number) : 0;
}

static int set_default(const char *name, const char *value, struct conf *conf, struct err *err)
{
	const struct directive *row = directive_find(name);

	return *directive_line(conf, row) ? 0 : row->set(row, value, conf, err);
}

static int check_whole(struct conf *conf, struct err *err)
{
	if (!conf->force_rebuild || !conf->force_no_rebuild)
		return 0;
	err_set(err, -EINVAL,
		"Error: force_rebuild and force_no_rebuild are enabled simultaneously in "
		"kdump.conf");
	return conf_blame(conf, "force_no_rebuild", err, -EINVAL);
}

int conf_parse(const char *text, size_t size, const char *name, enum conf_place place,
	       struct conf *ret, struct err *err)
{
	struct reading rd = { .place = place, .conf = { .name = name } };
	const char *p = text, *end = text + size;
	int r = 0;

	while (r == 0 && p < end) {
		const char *newline = memchr(p, '\n', (size_t)(end - p));
		size_t len = (size_t)((newline ? newline : end) - p);

		r = take_line(&rd, p, len, err);
		p += len + (newline ? 1 : 0);
	}
	if (r == 0)
		r = check_whole(&rd.conf, err);
	if (r == 0)
		r = set_default("path", CONF_DEFAULT_PATH, &rd.conf, err);
	if (r == 0)
		r = set_default("core_collector", CONF_DEFAULT_COLLECTOR, &rd.conf, err);
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

int conf_check_able(const struct conf *conf, struct err *err)
{
	if (!conf->unable)
		return 0;
	err_set(err, -ENOTSUP, "%s", conf->unable);
	return err_hint(err, -ENOTSUP, "Remove the line, or make it a comment.");
}

static unsigned long line_of(const struct conf *conf, const char *directive)
{
	return *directive_line((struct conf *)conf, directive_find(directive));
}

int conf_blame(const struct conf *conf, const char *directive, struct err *err, int code)
{
	unsigned long line = line_of(conf, directive);

	return line ? err_prefix(err, code, "%s:%lu", conf->name, line) : code;
}

int conf_warn(struct conf *conf, const char *directive, const char *fmt, ...)
{
	char text[CONF_LINE_MAX];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	return strv_addf(&conf->warnings, "%s:%lu: warning: %s", conf->name,
			 line_of(conf, directive), text);
}

void conf_done(struct conf *conf)
{
	free(conf->path);
	strv_done(&conf->collector);
	free(conf->collector_text);
	free(conf->target_type);
	free(conf->target);
	free(conf->mount_options);
	free(conf->dump_host);
	free(conf->sshkey);
	free(conf->kdump_pre);
	free(conf->kdump_post);
	free(conf->kdump_emergency);
	strv_done(&conf->extra_bins);
	strv_done(&conf->extra_modules);
	free(conf->dracut_args);
	free(conf->fence_kdump_args);
	strv_done(&conf->fence_kdump_nodes);
	strv_done(&conf->warnings);
	free(conf->unable);
	*conf = (struct conf){ NULL };
}
