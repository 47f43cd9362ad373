/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kdump/fence.h"
#include "kdump/imageplan.h"
#include "kdump/layout.h"
#include "kdump/netmodules.h"
#include "kdump/netroute.h"
#include "kdump/run.h"
#include "kdump/words.h"

#define PROGRAM   "fence_kdump_send"
#define DIRECTIVE "fence_kdump_nodes"

/* Where Debian and RHEL have it. */
#define DIRS "/usr/libexec:/usr/libexec/fence-agents:/usr/lib/fence-agents"

/* What the option -f or --family of fence_kdump_send leaves to choose from; the last one counts. */
static int find_family(const struct strv *args)
{
	static const char longer[] = "--family";
	int family = AF_UNSPEC;

	for (size_t i = 0; i < args->n; i++) {
		const char *word = args->v[i], *value = NULL;

		if (strncmp(word, longer, strlen(longer)) == 0)
			value = word + strlen(longer) + (word[strlen(longer)] == '=');
		else if (strncmp(word, "-f", 2) == 0)
			value = word + 2;
		if (value && !*value && i + 1 < args->n)
			value = args->v[++i];
		if (value)
			family = strcmp(value, "ipv4") == 0   ? AF_INET
				 : strcmp(value, "ipv6") == 0 ? AF_INET6
							      : AF_UNSPEC;
	}
	return family;
}

int fence_route(const struct sysroot *root, const struct conf *conf, struct fence *ret,
		struct err *err)
{
	_cleanup_(strv_done) struct strv args = { NULL };
	const struct strv *names = &conf->fence_kdump_nodes;
	int family, r = 0;

	if (names->n == 0)
		return 0;
	if (conf->fence_kdump_args)
		r = words_split(conf->fence_kdump_args, &args, err);
	if (r < 0)
		return conf_blame(conf, "fence_kdump_args", err, r);
	if (names->n > FENCE_NODES_MAX) {
		err_set(err, -E2BIG, DIRECTIVE ": more than %d nodes", FENCE_NODES_MAX);
		return conf_blame(conf, DIRECTIVE, err, -E2BIG);
	}
	family = find_family(&args);
	ret->nodes = calloc(names->n, sizeof(*ret->nodes));
	if (!ret->nodes)
		return err_oom(err);
	for (size_t i = 0; r == 0 && i < names->n; i++) {
		r = netroute_record(root, names->v[i], NULL, family, &ret->nodes[i], err);
		ret->n += r == 0;
	}
	return r < 0 ? conf_blame(conf, DIRECTIVE, err, r) : 0;
}

int fence_add_modules(const struct image_inputs *in, struct devchain *chain, struct strv *needed,
		      struct err *err)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < in->fence->n; i++)
		r = netmodules_of_record(in->root, &in->fence->nodes[i], chain, needed, err);
	return r;
}

static int add_record(const struct netrecord *record, size_t number, struct image_plan *plan,
		      struct err *err)
{
	_cleanup_free_ char *text = NULL;
	char name[PATH_MAX];
	int r = netrecord_format(record, &text, err);

	snprintf(name, sizeof(name), LAYOUT_FENCE "/%zu", number);
	return r < 0 ? r : image_plan_add_text(plan, name, text, err);
}

int fence_add_files(const struct image_inputs *in, struct image_plan *plan, struct elfdeps *deps,
		    struct err *err)
{
	_cleanup_free_ char *program = NULL, *dirs = NULL;
	int r;

	if (in->fence->n == 0)
		return 0;
	if (asprintf(&dirs, DIRS ":%s", in->program_dirs) < 0) {
		dirs = NULL;
		return err_oom(err);
	}
	r = run_find(in->root, PROGRAM, dirs, &program, err);
	if (r == -ENOENT) {
		err_set(err, r, DIRECTIVE ": there is no " PROGRAM " to tell them with");
		err_hint(err, r,
			 "Install it: it is in Debian's package fence-agents, RHEL's "
			 "fence-agents-kdump.");
		return conf_blame(in->conf, DIRECTIVE, err, r);
	}
	if (r == 0)
		r = elfdeps_add(in->root, program, LAYOUT_FENCE_SEND, deps, err);
	for (size_t i = 0; r == 0 && i < in->fence->n; i++)
		r = add_record(&in->fence->nodes[i], i + 1, plan, err);
	return r;
}

void fence_done(struct fence *fence)
{
	free(fence->nodes);
	*fence = (struct fence){ NULL };
}
