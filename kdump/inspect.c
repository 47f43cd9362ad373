/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The commands that only look: whether a dump would be saved, and how things are configured.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "kdump/arming.h"
#include "kdump/check.h"
#include "kdump/commands.h"
#include "kdump/reservation.h"
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

	printf("dump target:     %s %s:%s (%s)\n", a->target.type, a->target.name, a->target.inner,
	       a->target.device);
	printf("capture kernel:  %s\n", a->kernel.path);
	printf("capture image:   %s\n", a->kernel.image);
	if (a->plan.why)
		printf("image builder:   dracut: %s\n", a->plan.why);
	else
		printf("image builder:   kdumpctl\n");
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
		r = arming_find_builder(&a, err);
	if (r == 0)
		r = arming_compose(&a, err);
	if (r == 0)
		print_arming(&a);
	else
		err_print(stderr, NULL, err);
	return r;
}

static uint64_t mib(uint64_t bytes)
{
	return (bytes + (1 << 20) - 1) >> 20;
}

/* The labels of RHEL's, and what ours consists of. */
static void print_estimate(const struct estimate *e, uint64_t reserved)
{
	printf("Reserved crashkernel:    %" PRIu64 "M\n", reserved >> 20);
	printf("Recommended crashkernel: %" PRIu64 "M\n\n", mib(e->total));
	printf("Kernel image size:       %" PRIu64 "M\n", mib(e->kernel));
	printf("Kernel modules size:     %" PRIu64 "M\n", mib(e->modules));
	printf("Initramfs size:          %" PRIu64 "M packed, %" PRIu64 "M unpacked\n",
	       mib(e->packed), mib(e->unpacked));
	printf("Page table size:         %" PRIu64 "M\n", mib(e->pages));
	printf("Collector size:          %" PRIu64 "M\n", mib(e->collector));
	printf("Runtime reservation:     %" PRIu64 "M\n", mib(e->runtime));
	if (e->luks > 0)
		printf("LUKS required size:      %" PRIu64 "M\n", mib(e->luks));
	if (reserved < e->total)
		printf("WARNING: Current crashkernel size is lower than recommended size %" PRIu64
		       "M.\n",
		       mib(e->total));
}

/* What is wrong with configuration or target is not what is asked here. */
static void find_encrypted(struct arming *a)
{
	struct err ignored = ERR_INIT;

	if (conf_read(a->root, CONF_ADMIN, &a->conf, &ignored) == 0)
		(void)!target_find(a->root, &a->conf, &a->target, &ignored);
}

int command_estimate(struct invocation *inv, struct err *err)
{
	_cleanup_(arming_done) struct arming a = { .root = &inv->root, .places = inv->places };
	struct estimate estimate;
	uint64_t reserved;
	int r = sysconfig_read(&inv->root, &a.config, err);

	if (r == 0)
		r = arming_find_kernel(&a, err);
	if (r == 0)
		r = reservation_size(&inv->root, &reserved, err);
	if (r == 0)
		find_encrypted(&a);
	if (r == 0)
		r = arming_estimate(&a, &estimate, err);
	if (r == -ENOENT)
		err_hint(err, r, "`kdumpctl rebuild` builds the capture image.");
	if (r < 0)
		err_print(stderr, NULL, err);
	else
		print_estimate(&estimate, reserved);
	return r;
}
