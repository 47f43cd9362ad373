/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "lib/sysroot.h"

#include "kdump/capnet.h"
#include "kdump/console.h"
#include "kdump/fence.h"
#include "kdump/fencenotify.h"
#include "kdump/layout.h"
#include "kdump/netup.h"
#include "kdump/rootpath.h"
#include "kdump/run.h"
#include "kdump/words.h"

enum {
	ROUND_SECONDS = 5, /* for one node's network, before the next node has its turn */
	ROUNDS = 12,
	ONCE_SECONDS = 10,   /* for a program that sends one message */
	SETTLE_SECONDS = 15, /* until each node was told once, when all else is done */
	SETTLE_GUARD_SECONDS = 30,
};

struct node {
	struct netrecord record;
	bool settled; /* it is being told, or there is no way to */
	struct err err;
};

static const struct sysroot here = { .dir = "" };
static struct node *nodes;
static size_t count;
static int settled_fd = -1; /* at its end as soon as all nodes are settled */

static int read_node(size_t number, struct netrecord *ret, struct err *err)
{
	_cleanup_free_ char *text = NULL;
	char path[PATH_MAX];
	int r;

	snprintf(path, sizeof(path), LAYOUT_FENCE "/%zu", number);
	r = sysroot_read(&here, path, NETRECORD_MAX, &text, NULL, err);
	return r < 0 ? r : netrecord_parse(text, ret, err);
}

static int read_nodes(struct err *err)
{
	int r = 0;

	nodes = calloc(FENCE_NODES_MAX, sizeof(*nodes));
	if (!nodes)
		return err_oom(err);
	while (r == 0 && count < FENCE_NODES_MAX) {
		r = read_node(count + 1, &nodes[count].record, err);
		count += r == 0;
	}
	return r == -ENOENT ? 0 : r;
}

/* Its command; @once: for one message, whatever the administrator's arguments say. */
static int compose(const struct conf *conf, const struct node *node, bool once, struct strv *argv,
		   struct err *err)
{
	char address[NETRECORD_ADDRESS_MAX];
	int r = strv_add(argv, LAYOUT_FENCE_SEND) < 0 ? err_oom(err) : 0;

	if (r == 0 && conf->fence_kdump_args)
		r = words_split(conf->fence_kdump_args, argv, err);
	if (r == 0 && once && (strv_add(argv, "-c") < 0 || strv_add(argv, "1") < 0))
		r = err_oom(err);
	if (r == 0 && strv_add(argv, netrecord_format_address(&node->record.server, address)) < 0)
		r = err_oom(err);
	return r;
}

/* Tell a node once, so that this is done for sure, and go on telling it. */
static int tell_node(const struct conf *conf, const struct node *node, struct err *err)
{
	_cleanup_(strv_done) struct strv once = { NULL }, on = { NULL };
	const struct run_options options = { .seconds = ONCE_SECONDS };
	char address[NETRECORD_ADDRESS_MAX];
	int status = 0, r = compose(conf, node, true, &once, err);
	pid_t pid;

	if (r == 0)
		r = compose(conf, node, false, &on, err);
	if (r == 0)
		r = run_program(once.v, &options, &status, err);
	if (r == 0 && status != 0)
		r = err_set(err, -EIO, "fence_kdump_send ended with status %d", status);
	if (r < 0)
		return r;
	console_say("fence_kdump: told %s (%s) that this node is dumping", node->record.server_name,
		    netrecord_format_address(&node->record.server, address));
	return run_start(on.v, &options, &pid, err);
}

static void no_notice(void *ctx _unused_, const char *what _unused_, unsigned int waited _unused_,
		      unsigned int seconds _unused_)
{
}

/* Return: how many nodes are not settled yet. */
static size_t go_round(const struct conf *conf)
{
	size_t left = 0;

	for (size_t i = 0; i < count; i++) {
		struct node *node = &nodes[i];

		if (node->settled)
			continue;
		if (netup(&node->record, ROUND_SECONDS, no_notice, NULL, &node->err) < 0) {
			left++;
			continue;
		}
		node->settled = true;
		if (tell_node(conf, node, &node->err) < 0)
			console_say("fence_kdump: %s cannot be told: %s", node->record.server_name,
				    node->err.text);
	}
	return left;
}

static void tell_all(const struct conf *conf)
{
	const struct timespec pause = { .tv_sec = 1 };

	for (int round = 0; go_round(conf) > 0 && round < ROUNDS; round++)
		nanosleep(&pause, NULL);
	for (size_t i = 0; i < count; i++)
		if (!nodes[i].settled)
			console_say("fence_kdump: %s cannot be told: %s",
				    nodes[i].record.server_name, nodes[i].err.text);
}

static int start_process(const struct conf *conf, struct err *err)
{
	int ends[2];
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC) < 0)
		return err_errno(err, -errno, "pipe2");
	pid = fork();
	if (pid == 0) {
		close(ends[0]);
		tell_all(conf);
		_exit(EXIT_SUCCESS);
	}
	close(ends[1]);
	if (pid < 0) {
		close(ends[0]);
		return err_errno(err, -errno, "fork");
	}
	settled_fd = ends[0];
	return 0;
}

void fencenotify_start(const struct conf *conf, const struct guard *guard)
{
	struct err err = ERR_INIT, again = ERR_INIT;
	struct netrecord record;
	int r;

	if (!rootpath_exists(&here, LAYOUT_FENCE))
		return;
	r = read_nodes(&err);
	/* Two processes cannot bring the same devices up. Whoever opens the target tells of it. */
	if (r == 0 && rootpath_exists(&here, LAYOUT_NETWORK) &&
	    capnet_up(guard, &record, &again) < 0)
		console_say("fence_kdump: going on without the way to the dump target");
	if (r == 0)
		r = start_process(conf, &err);
	if (r < 0)
		console_say("fence_kdump: the other nodes cannot be told: %s", err.text);
}

void fencenotify_settle(const struct guard *guard)
{
	struct pollfd settled = { .fd = settled_fd, .events = POLLIN };

	if (settled_fd < 0)
		return;
	guard_step(guard, "telling the other nodes", SETTLE_GUARD_SECONDS);
	if (poll(&settled, 1, SETTLE_SECONDS * 1000) == 0)
		console_say("fence_kdump: not all nodes could be told within %d s", SETTLE_SECONDS);
	close(settled_fd);
	settled_fd = -1;
}

int fencenotify_check(struct err *err)
{
	char *argv[] = { (char *)LAYOUT_FENCE_SEND, (char *)"-V", NULL };
	const struct run_options options = { .seconds = ONCE_SECONDS };
	int status = 0, r;

	if (!rootpath_exists(&here, LAYOUT_FENCE))
		return 0;
	r = run_program(argv, &options, &status, err);
	if (r == 0 && status != 0)
		r = err_set(err, -EIO, "it ended with status %d", status);
	return r < 0 ? err_prefix(err, r, LAYOUT_FENCE_SEND) : 0;
}
