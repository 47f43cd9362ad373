/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "kdump/dracutargs.h"
#include "kdump/words.h"

/* The value of the --mount that @words[*i] is; NULL if there is none. */
static const char *mount_value(const struct strv *words, size_t *i, size_t len)
{
	const char *word = words->v[*i];

	return word[len] ? word + len + 1 : words->v[++*i];
}

int dracutargs_split(const char *text, struct dracutargs *ret, struct err *err)
{
	static const char option[] = "--mount";
	const size_t len = strlen(option);
	_cleanup_(strv_done) struct strv words = { NULL };
	int r = text ? words_split(text, &words, err) : 0;

	for (size_t i = 0; r == 0 && i < words.n; i++) {
		const char *word = words.v[i], *value;

		if (strncmp(word, option, len) != 0 || (word[len] && word[len] != '=')) {
			if (strv_add(&ret->others, word) < 0)
				r = err_oom(err);
			continue;
		}
		if (ret->mount)
			return err_set(err, -EINVAL,
				       "Multiple mount targets specified in one \"dracut_args\".");
		value = mount_value(&words, &i, len);
		if (!value)
			return err_set(err, -EINVAL, "--mount needs a value");
		ret->mount = strdup(value);
		if (!ret->mount)
			r = err_oom(err);
	}
	return r;
}

void dracutargs_done(struct dracutargs *args)
{
	free(args->mount);
	strv_done(&args->others);
	args->mount = NULL;
}
