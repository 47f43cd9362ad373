/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <string.h>

#include "kdump/collector.h"
#include "kdump/rootpath.h"
#include "kdump/run.h"
#include "kdump/savedump.h"
#include "kdump/words.h"

enum { CHECK_SECONDS = 30 }; /* it only reads its options */

/* The command that checks @words, which begin with the program. */
static int check_command(const char *program, const struct strv *words, struct strv *ret)
{
	_cleanup_(strv_done) struct strv line = { NULL };
	int r = savedump_collector(words, "vmcore", "dumpfile", &line);

	if (r == 0)
		r = strv_add(ret, program);
	if (r == 0)
		r = strv_add(ret, "--check-params");
	for (size_t i = 1; r == 0 && i < line.n; i++)
		r = strv_add(ret, line.v[i]);
	return r;
}

/* Return: 1 if the program takes @words; 0 if not; -errno. */
static int takes(const char *program, const struct strv *words, bool quiet, struct err *err)
{
	_cleanup_(strv_done) struct strv command = { NULL };
	const struct run_options options = { .quiet = quiet, .seconds = CHECK_SECONDS };
	int status, r;

	if (check_command(program, words, &command) < 0)
		return err_oom(err);
	r = run_program(command.v, &options, &status, err);
	return r < 0 ? r : status == 0;
}

static int refuse(const struct conf *conf, struct err *err)
{
	_cleanup_(strv_done) struct strv command = { NULL };
	_cleanup_free_ char *line = NULL;

	if (check_command(conf->collector.v[0], &conf->collector, &command) == 0)
		line = words_line(command.v);
	err_set(err, -EINVAL, "makedumpfile parameter check failed.");
	if (line)
		err_hint(err, -EINVAL, "Try it: %s", line);
	return conf_blame(conf, "core_collector", err, -EINVAL);
}

int collector_check(const struct sysroot *root, const struct conf *conf, const char *program,
		    struct err *err)
{
	static char *usual[] = { (char *)"makedumpfile", (char *)"-d", (char *)"31", NULL };
	const struct strv known_good = { .v = usual, .n = 3 };
	struct rootpath full;
	int r;

	if (!savedump_is_makedumpfile(program))
		return 0;
	r = rootpath_join(root, program, &full, err);
	if (r == 0)
		r = takes(full.text, &conf->collector, true, err);
	if (r != 0)
		return r < 0 ? r : 0;
	r = takes(full.text, &known_good, true, err);
	if (r <= 0)
		return r;
	r = takes(full.text, &conf->collector, false, err);
	return r == 0 ? refuse(conf, err) : r < 0 ? r : 0;
}
