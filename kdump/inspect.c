/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The commands that only look: whether a dump would be saved, and how things are configured.
 */
#include <stdio.h>
#include <stdlib.h>

#include "kdump/arming.h"
#include "kdump/check.h"
#include "kdump/commands.h"
#include "kdump/words.h"

int command_check(struct invocation *inv, struct err *err)
{
	struct checks *checks = calloc(1, sizeof(*checks));
	int r = checks ? 0 : err_oom(err);

	if (checks) {
		checks_run(&inv->root, inv->places, checks);
		if (inv->given & OPTION_JSON)
			r = checks_json(stdout, checks, err);
		else
			checks_print(stdout, checks);
		if (checks_result(checks) == CHECK_FAILURE)
			inv->exit_status = EXIT_FAILURE;
		free(checks);
	}
	if (r < 0)
		err_print(stderr, NULL, err);
	return r;
}

static void print_conf(const struct conf *conf)
{
	if (conf->target)
		printf("target:          %s %s\n", conf->target_type, conf->target);
	printf("path:            %s\n", conf->path);
	printf("core_collector:  %s\n", conf->collector_text);
	printf("failure_action:  %s\n", conf_action_name(conf->failure_action));
	printf("final_action:    %s\n", conf_action_name(conf->final_action));
}

static void print_arming(const struct arming *a)
{
	_cleanup_free_ char *line = words_line(a->command.v);

	printf("dump target:     %s UUID=%s:%s (%s)\n", a->target.type, a->target.uuid,
	       a->target.inner, a->target.device);
	printf("capture kernel:  %s\n", a->kernel.path);
	printf("capture image:   %s\n", a->kernel.image);
	printf("command line:    %s\n", a->cmdline);
	printf("kexec command:   %s\n", line ? line : "");
}

int command_show(struct invocation *inv, struct err *err)
{
	_cleanup_(arming_done) struct arming a = { .root = &inv->root, .places = inv->places };
	int r = arming_configure(&a, err);

	if (r == 0)
		print_conf(&a.conf);
	if (r == 0)
		r = arming_find_kernel(&a, err);
	if (r == 0)
		r = target_find(&inv->root, &a.conf, &a.target, err);
	if (r == 0)
		r = arming_compose(&a, err);
	if (r == 0)
		print_arming(&a);
	else
		err_print(stderr, NULL, err);
	return r;
}
