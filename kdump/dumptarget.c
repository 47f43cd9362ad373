/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kdump/directives.h"
#include "kdump/dracutargs.h"
#include "kdump/dumptarget.h"
#include "kdump/value.h"
#include "kdump/words.h"

#define TAGS "UUID|LABEL|PARTUUID|PARTLABEL"

enum { VIRTIOFS_TAG_MAX = 36 }; /* bytes; virtio specification 1.2, 5.11.4 */

/* A device node, or one of its lasting names. */
static int check_device(const char *type, const char *value, struct err *err)
{
	char tag[sizeof("PARTLABEL")];
	size_t len = strcspn(value, "=");

	if (value[0] == '/')
		return 0;
	snprintf(tag, sizeof(tag), "%.*s", (int)len, value);
	if (value[len] && value_choice(tag, TAGS) >= 0) {
		if (value[len + 1])
			return 0;
		return err_set(err, -EINVAL, "%s: nothing stands behind '%s'", type, value);
	}
	err_set(err, -EINVAL,
		"%s: '%s' is neither a device node nor UUID=, LABEL=, PARTUUID= or "
		"PARTLABEL= with a name",
		type, value);
	if (value[len])
		value_suggest(tag, TAGS, err);
	return -EINVAL;
}

static int check_raw(const char *type _unused_, const char *value, struct err *err)
{
	if (value[0] == '/')
		return 0;
	return err_set(err, -EINVAL, "Bad raw disk %s: it must begin with '/'", value);
}

static int check_nfs(const char *type _unused_, const char *value, struct err *err)
{
	size_t len = value[0] == '[' ? strcspn(value, "]") + 1 : strcspn(value, ":");

	if (len > (value[0] == '[' ? 2 : 0) && strlen(value) > len && value[len] == ':' &&
	    value[len + 1] == '/' && !strpbrk(value, " \t") && value[0] != '-')
		return 0;
	err_set(err, -EINVAL, "Bad nfs dump target %s", value);
	return err_hint(err, -EINVAL,
			"It is written HOST:/EXPORT, an IPv6 address in brackets: "
			"[2001:db8::1]:/export");
}

static int check_ssh(const char *type _unused_, const char *value, struct err *err)
{
	const char *at = strchr(value, '@');

	if (at && at > value && at[1] && !strpbrk(at + 1, "@/") && !strpbrk(value, " \t'\"") &&
	    value[0] != '-' && at[1] != '-')
		return 0;
	err_set(err, -EINVAL, "Bad ssh dump target %s", value);
	return err_hint(err, -EINVAL,
			"Please verify that %s has 'ssh <user>@<host>' in proper form.", CONF_PATH);
}

static int check_virtiofs(const char *type _unused_, const char *value, struct err *err)
{
	if (strlen(value) <= VIRTIOFS_TAG_MAX && !strpbrk(value, " \t"))
		return 0;
	return err_set(err, -EINVAL, "virtiofs: '%s' is no tag: one word of at most %d bytes",
		       value, VIRTIOFS_TAG_MAX);
}

static const struct kind {
	const char *type;
	int (*check)(const char *type, const char *value, struct err *err);
} kinds[] = {
	{ "ext2", check_device },       { "ext3", check_device },  { "ext4", check_device },
	{ "xfs", check_device },        { "btrfs", check_device }, { "minix", check_device },
	{ "raw", check_raw },           { "nfs", check_nfs },      { "ssh", check_ssh },
	{ "virtiofs", check_virtiofs },
};

static const struct kind *find(const char *type)
{
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
		if (strcmp(kinds[i].type, type) == 0)
			return &kinds[i];
	return NULL;
}

bool dumptarget_is_known(const char *type)
{
	return find(type) != NULL;
}

int dumptarget_set(const char *type, const char *value, struct conf *conf, struct err *err)
{
	const struct kind *kind = find(type);
	int r = 0;

	if (conf->target) {
		err_set(err, -EINVAL, "More than one dump targets specified.");
		return err_hint(err, -EINVAL, "Leave one of them.");
	}
	if (kind)
		r = kind->check(type, value, err);
	if (r < 0)
		return r;
	conf->target_type = strdup(type);
	conf->target = strdup(value);
	return conf->target_type && conf->target ? 0 : err_oom(err);
}

/* The target of one --mount. Return: as dumptarget_set_dracut(). */
static int set_mount(const char *text, struct conf *conf, struct err *err)
{
	enum { DEVICE, FOLDER, TYPE, OPTIONS };
	_cleanup_(strv_done) struct strv fields = { NULL };
	const struct directive *row;
	int r = words_split(text, &fields, err);

	if (r == 0 && fields.n <= TYPE) {
		err_set(err, -EINVAL, "'%s' does not name a mount", text);
		r = err_hint(err, -EINVAL,
			     "It is written --mount \"DEVICE FOLDER TYPE [OPTIONS]\".");
	}
	if (r < 0)
		return r;
	if (fields.n > OPTIONS) {
		free(conf->mount_options);
		conf->mount_options = strdup(fields.v[OPTIONS]);
		if (!conf->mount_options)
			return err_oom(err);
	}
	r = dumptarget_set(fields.v[TYPE], fields.v[DEVICE], conf, err);
	row = directive_find(fields.v[TYPE]);
	return r < 0 ? r : !row || row->status != DIRECTIVE_WORKS;
}

int dumptarget_set_dracut(const char *arguments, struct conf *conf, struct err *err)
{
	_cleanup_(dracutargs_done) struct dracutargs args = { NULL };
	int r = dracutargs_split(arguments, &args, err);

	if (r == 0 && args.mount)
		r = set_mount(args.mount, conf, err);
	return r < 0 ? err_prefix(err, r, "dracut_args") : r;
}
