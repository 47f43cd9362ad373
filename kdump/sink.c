/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdlib.h>

#include "kdump/sink.h"

void sink_done(struct sink *sink)
{
	if (sink->ops)
		sink->ops->done(sink);
	free(sink->where);
	*sink = (struct sink){ NULL };
}
