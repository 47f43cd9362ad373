/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kdump/dumpname.h"
#include "kdump/rawsink.h"

struct raw {
	char *node;
	int fd;
};

static int begin(struct sink *sink, time_t when _unused_, struct err *err)
{
	const struct raw *raw = sink->state;

	sink->where = strdup(raw->node);
	return sink->where ? 0 : err_oom(err);
}

/* Programs share the descriptor, and with it the place that they have written up to. */
static int open_file(struct sink *sink, struct sink_file *file, struct err *err)
{
	const struct raw *raw = sink->state;

	file->path = NULL;
	file->fd = -1;
	if (lseek(raw->fd, 0, SEEK_SET) < 0)
		return err_errno(err, -errno, "cannot write to %s", raw->node);
	file->fd = raw->fd;
	return 0;
}

static uint64_t progress(struct sink *sink, const struct sink_file *file _unused_)
{
	const struct raw *raw = sink->state;

	return (uint64_t)lseek(raw->fd, 0, SEEK_CUR);
}

static int sync_device(struct sink *sink, struct sink_file *file, struct err *err)
{
	const struct raw *raw = sink->state;

	file->fd = -1;
	return fsync(raw->fd) < 0 ? err_errno(err, -errno, "cannot sync %s", raw->node) : 0;
}

/* What was there before is gone for good. */
static int discard(struct sink *sink, struct err *err)
{
	const struct raw *raw = sink->state;

	return err_set(err, -ENOTSUP, "what was written to %s cannot be taken back", raw->node);
}

static void done(struct sink *sink)
{
	struct raw *raw = sink->state;

	close_fd(&raw->fd);
	free(raw->node);
	free(raw);
}

int rawsink(const char *node, struct sink *ret, struct err *err)
{
	static const struct sink_ops ops = { .begin = begin,
					     .open = open_file,
					     .progress = progress,
					     .publish = sync_device,
					     .keep = sync_device,
					     .discard = discard,
					     .done = done };
	struct raw *raw = calloc(1, sizeof(*raw));
	struct stat st;
	int r = 0;

	if (!raw)
		return err_oom(err);
	*ret = (struct sink){ .ops = &ops, .state = raw, .streams = true, .core_only = true };
	raw->fd = open(node, O_WRONLY | O_EXCL | O_CLOEXEC);
	if (raw->fd < 0 || fstat(raw->fd, &st) < 0)
		r = err_errno(err, -errno, "cannot write to %s", node);
	else if (!S_ISBLK(st.st_mode))
		r = err_errno(err, -ENOTBLK, "cannot write to %s", node);
	raw->node = strdup(node);
	if (r == 0 && !raw->node)
		r = err_oom(err);
	if (r == 0)
		r = sink_set_host(ret, DUMP_NAME_LOCAL, err);
	if (r < 0)
		sink_done(ret);
	return r;
}
