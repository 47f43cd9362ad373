/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/cmdline.h"
#include "kexec/command_line.h"

/*
 * What the boot loader added, and what a kexec did: where a core, or the kernel to jump back to,
 * lay at that time.
 */
static bool not_for_the_next(const struct cmdline_word *word, void *ctx)
{
	static const char *const names[] = { "initrd", "elfcorehdr", "kexec_jump_back_entry" };
	const struct request *request = ctx;

	if (word->name_len >= 10 && memcmp(word->text, "BOOT_IMAGE", 10) == 0)
		return true; /* some boot loaders add a suffix */
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (cmdline_word_is(word, names[i]))
			return true;
	return request->crash && cmdline_word_is(word, "crashkernel");
}

int command_line_name(char **line, const char *name, struct err *err)
{
	char *named;

	if (asprintf(&named, "%s%s%s", name, **line ? " " : "", *line) < 0)
		return err_oom(err);
	free(*line);
	*line = named;
	return 0;
}

int command_line_compose(const struct request *request, const char *running, const char *brought,
			 char **ret, struct err *err)
{
	_cleanup_free_ char *line = NULL;
	struct request copy = *request; /* the callback's context is not const */
	const char *base = "";
	int r = 0;

	if (request_has(request, OPTION_REUSE_CMDLINE))
		base = running;
	else if (!request->append && brought)
		base = brought;
	if (cmdline_without(base, not_for_the_next, &copy, &line) < 0)
		return err_oom(err);
	if (request->append)
		r = cmdline_add(&line, request->append, err);
	if (r == 0)
		*ret = TAKE_PTR(line);
	return r;
}

int command_line_check(const char *line, size_t max, struct err *err)
{
	size_t len = strlen(line);

	if (len <= max)
		return 0;
	err_set(err, -E2BIG, "Command line overflow: it has %zu characters, this kernel takes %zu",
		len, max);
	return err_hint(err, -E2BIG,
			"shorten --append by %zu characters, or give all that is needed there and "
			"leave out --reuse-cmdline",
			len - max);
}
