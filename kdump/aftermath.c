/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kdump/aftermath.h"
#include "kdump/dumps.h"
#include "kdump/prune.h"
#include "kdump/retention.h"

static void tell(int r, const struct err *err)
{
	if (r < 0)
		err_print(stderr, "warning", err);
}

void aftermath(const struct arming *a)
{
	_cleanup_(dumps_done) struct dumps dumps = DUMPS_INIT;
	struct err err = ERR_INIT;
	int r = dumps_read(a->root, a->conf.path, &dumps, &err);

	if (r == 0 && retention_is_set(&a->conf))
		r = prune(&dumps, &a->conf, false, &err);
	tell(r, &err);
}
