/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdlib.h>
#include <string.h>

#include "kdump/sink.h"

int sink_set_host(struct sink *sink, const char *host, struct err *err)
{
	char *copy = strdup(host);

	if (!copy)
		return err_oom(err);
	free(sink->host);
	sink->host = copy;
	return 0;
}

void sink_done(struct sink *sink)
{
	if (sink->ops)
		sink->ops->done(sink);
	free(sink->host);
	free(sink->where);
	*sink = (struct sink){ NULL };
}
