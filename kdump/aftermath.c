/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kdump/aftermath.h"
#include "kdump/dumphost.h"
#include "kdump/dumps.h"
#include "kdump/prune.h"
#include "kdump/relabel.h"
#include "kdump/report.h"
#include "kdump/retention.h"
#include "kdump/run.h"
#include "kdump/tell.h"

static void warn(int r, const struct err *err)
{
	if (r < 0)
		tell_problem(err);
}

static int report_new(const struct arming *a, const struct dumps *dumps, struct err *err)
{
	_cleanup_free_ char *program = NULL;
	struct err ignored = ERR_INIT;

	if (run_find_here(a->root, "vmcore-dmesg", a->places->sbin, &program, &ignored) < 0)
		program = NULL;
	return report(a->root, program, dumps, err);
}

void aftermath(const struct arming *a)
{
	_cleanup_(dumps_done) struct dumps dumps = DUMPS_INIT;
	struct err err = ERR_INIT;
	int r;

	if (!a->target.folder) /* to be mounted by hand, and it is not */
		return;
	r = dumphost_of_folder(a->root, a->target.folder, dumps.host, &err);
	if (r == 0)
		r = dumps_read(a->root, a->target.folder, &dumps, &err);
	if (r < 0) {
		warn(r, &err);
		return;
	}
	if (!a->target.server) /* that of others is for them to label */
		warn(relabel(a->root, &dumps, &err), &err);
	warn(report_new(a, &dumps, &err), &err);
	if (retention_is_set(&a->conf))
		warn(prune(&dumps, &a->conf, false, &err), &err);
}
