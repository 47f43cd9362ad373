/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stddef.h>

#include "kdump/console.h"
#include "kdump/hookfolder.h"
#include "kdump/hooks.h"
#include "kdump/rootpath.h"
#include "kdump/run.h"
#include "kdump/strv.h"

int hooks_program(const struct hooks *hooks, const char *directive, const char *program,
		  const char *argument)
{
	const struct run_options options = { .seconds = hooks->seconds };
	struct err err = ERR_INIT;
	struct rootpath full;
	int status = 0, r;

	if (!program)
		return 0;
	if (hooks->starting)
		hooks->starting(hooks->ctx, program, hooks->seconds);
	console_say("%s: running %s", directive, program);
	r = rootpath_join(hooks->root, program, &full, &err);
	if (r == 0) {
		char *argv[] = { full.text, (char *)argument, NULL };

		r = run_program(argv, &options, &status, &err);
	}
	if (r < 0)
		console_say("%s: %s: %s", directive, program, err.text);
	else if (status != 0)
		console_say("%s script exited with non-zero status! %s: exitcode:%d", directive,
			    program, status);
	return r < 0 ? r : status;
}

void hooks_folder(const struct hooks *hooks, const char *folder, const char *argument)
{
	_cleanup_(strv_done) struct strv programs = { NULL };
	struct err err = ERR_INIT;

	if (hookfolder_list(hooks->root, folder, &programs, &err) < 0)
		console_say("%s", err.text);
	for (size_t i = 0; i < programs.n; i++)
		if (hooks_program(hooks, folder, programs.v[i], argument) != 0)
			console_say("%s: going on", folder);
}
