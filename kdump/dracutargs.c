/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "kdump/dracutargs.h"
#include "kdump/words.h"

/* What an option of dracut's is to us. */
enum meaning {
	NOTHING, /* how dracut works, or what it leaves out of an image that ours has not anyway */
	MOUNT,
	MODULES,
	FILES,
};

struct option {
	const char *name; /* behind "--" */
	char letter;      /* behind "-"; 0: there is none */
	bool has_value;
	enum meaning meaning;
};

/* dracut(8). What is not here is for dracut alone. */
static const struct option options[] = {
	{ "mount", 0, true, MOUNT },
	{ "add-drivers", 0, true, MODULES },
	{ "force-drivers", 0, true, MODULES },
	{ "install", 'I', true, FILES },
	{ "omit", 'o', true, NOTHING },
	{ "omit-drivers", 0, true, NOTHING },
	{ "compress", 0, true, NOTHING },
	{ "squash-compressor", 0, true, NOTHING },
	{ "gzip", 0, false, NOTHING },
	{ "bzip2", 0, false, NOTHING },
	{ "lzma", 0, false, NOTHING },
	{ "xz", 0, false, NOTHING },
	{ "lzo", 0, false, NOTHING },
	{ "lz4", 0, false, NOTHING },
	{ "zstd", 0, false, NOTHING },
	{ "no-compress", 0, false, NOTHING },
	{ "strip", 0, false, NOTHING },
	{ "nostrip", 0, false, NOTHING },
	{ "aggressive-strip", 0, false, NOTHING },
	{ "hardlink", 0, false, NOTHING },
	{ "nohardlink", 0, false, NOTHING },
	{ "reproducible", 0, false, NOTHING },
	{ "no-reproducible", 0, false, NOTHING },
	{ "early-microcode", 0, false, NOTHING },
	{ "no-early-microcode", 0, false, NOTHING },
	{ "hostonly", 'H', false, NOTHING },
	{ "host-only", 0, false, NOTHING },
	{ "no-hostonly", 'N', false, NOTHING },
	{ "no-host-only", 0, false, NOTHING },
	{ "hostonly-mode", 0, true, NOTHING },
	{ "hostonly-cmdline", 0, false, NOTHING },
	{ "no-hostonly-cmdline", 0, false, NOTHING },
	{ "hostonly-i18n", 0, false, NOTHING },
	{ "no-hostonly-i18n", 0, false, NOTHING },
	{ "hostonly-nics", 0, true, NOTHING },
	{ "no-hostonly-default-device", 0, false, NOTHING },
	{ "persistent-policy", 0, true, NOTHING },
	{ "lvmconf", 0, false, NOTHING },
	{ "nolvmconf", 0, false, NOTHING },
	{ "mdadmconf", 0, false, NOTHING },
	{ "nomdadmconf", 0, false, NOTHING },
	{ "nofscks", 0, false, NOTHING },
	{ "ro-mnt", 0, false, NOTHING },
	{ "fstab", 0, false, NOTHING },
	{ "tmpdir", 0, true, NOTHING },
	{ "stdlog", 'L', true, NOTHING },
	{ "loginstall", 0, true, NOTHING },
	{ "parallel", 0, false, NOTHING },
	{ "no-machineid", 0, false, NOTHING },
	{ "show-modules", 'M', false, NOTHING },
	{ "printsize", 0, false, NOTHING },
	{ "keep", 0, false, NOTHING },
	{ "profile", 0, false, NOTHING },
	{ "debug", 0, false, NOTHING },
	{ "force", 'f', false, NOTHING },
	{ "local", 'l', false, NOTHING },
	{ "quiet", 'q', false, NOTHING },
	{ "verbose", 'v', false, NOTHING },
};

/*
 * The option that @word is, with the value that is part of the word. Return: NULL if it is none of
 * those that are known.
 */
static const struct option *find_option(const char *word, const char **ret_value)
{
	for (size_t i = 0; i < ARRAY_SIZE(options); i++) {
		const struct option *o = &options[i];
		const size_t len = strlen(o->name);
		const char *rest;
		bool joined; /* is what comes next the value's? */

		if (strncmp(word, "--", 2) == 0 && strncmp(word + 2, o->name, len) == 0) {
			rest = word + 2 + len;
			joined = *rest == '=';
		} else if (word[0] == '-' && o->letter && word[1] == o->letter) {
			rest = word + 2;
			joined = *rest;
		} else {
			continue;
		}
		*ret_value = joined ? rest + (*rest == '=') : NULL;
		if (!*rest || (joined && o->has_value))
			return o;
	}
	return NULL;
}

static int take_mount(const char *value, struct dracutargs *ret, struct err *err)
{
	if (ret->mount)
		return err_set(err, -EINVAL,
			       "Multiple mount targets specified in one \"dracut_args\".");
	ret->mount = strdup(value);
	return ret->mount ? 0 : err_oom(err);
}

static int note_beyond(const char *word, struct dracutargs *ret, struct err *err)
{
	if (ret->beyond)
		return 0;
	ret->beyond = strdup(word);
	return ret->beyond ? 0 : err_oom(err);
}

/* What a word of dracut's is for an image of ours. @o: NULL: unknown. */
static int take(const struct option *o, const char *word, const char *value, struct dracutargs *ret,
		struct err *err)
{
	if (!o)
		return note_beyond(word, ret, err);
	if (o->meaning == FILES)
		return words_split(value, &ret->files, err);
	if (o->meaning == NOTHING)
		return strv_add(&ret->for_dracut, word) < 0 ? err_oom(err) : 0;
	/* "=drivers/net" are all that lie in a folder. */
	return strpbrk(value, "=/") ? note_beyond(word, ret, err)
				    : words_split(value, &ret->modules, err);
}

int dracutargs_split(const char *text, struct dracutargs *ret, struct err *err)
{
	_cleanup_(strv_done) struct strv words = { NULL };
	int r = text ? words_split(text, &words, err) : 0;

	for (size_t i = 0; r == 0 && i < words.n; i++) {
		const char *word = words.v[i], *value = NULL, *next = NULL;
		const struct option *o = find_option(word, &value);

		if (o && o->has_value && !value) {
			value = next = words.v[++i];
			if (!value)
				return err_set(err, -EINVAL, "%s needs a value", word);
		}
		if (o && o->meaning == MOUNT) {
			r = take_mount(value, ret, err);
			continue;
		}
		if (strv_add(&ret->others, word) < 0 || (next && strv_add(&ret->others, next) < 0))
			return err_oom(err);
		r = take(o, word, value, ret, err);
	}
	return r;
}

void dracutargs_done(struct dracutargs *args)
{
	free(args->mount);
	strv_done(&args->others);
	strv_done(&args->modules);
	strv_done(&args->files);
	strv_done(&args->for_dracut);
	free(args->beyond);
	*args = (struct dracutargs){ NULL };
}
