/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kdump/sink.h"

static int replace(char **slot, const char *text, struct err *err)
{
	char *copy = strdup(text);

	if (!copy)
		return err_oom(err);
	free(*slot);
	*slot = copy;
	return 0;
}

int sink_set_host(struct sink *sink, const char *host, struct err *err)
{
	return replace(&sink->host, host, err);
}

int sink_set_name(struct sink *sink, const char *name, struct err *err)
{
	return replace(&sink->name, name, err);
}

void sink_dump_name(const struct sink *sink, time_t when, char ret[static DUMP_NAME_MAX])
{
	if (sink->name)
		snprintf(ret, DUMP_NAME_MAX, "%s", sink->name);
	else
		dump_name_write(sink->host, when, ret);
}

void sink_alive(const struct sink *sink)
{
	if (sink->alive)
		sink->alive(sink->alive_ctx);
}

void sink_done(struct sink *sink)
{
	if (sink->ops)
		sink->ops->done(sink);
	free(sink->host);
	free(sink->name);
	free(sink->where);
	*sink = (struct sink){ NULL };
}
