/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <syslog.h>
#include <systemd/sd-journal.h>

#include "kdump/announce.h"
#include "kdump/dumpview.h"

enum { FIELDS_MAX = 16 };

static int add_message(const struct dumps *dumps, const struct dump *dump,
		       const struct dump_cause *cause, struct strv *fields)
{
	_cleanup_free_ char *what = NULL;
	char when[TIME_TEXT_MAX], size[SIZE_TEXT_MAX];

	if (cause->kind && cause_text(cause, &what) < 0)
		return -ENOMEM;
	time_text(dump->said.time, when);
	size_text(dump->size, size);
	return strv_addf(fields, "MESSAGE=Kernel%s%s crashed%s%s%s; dump saved %s: %s/%s (%s, %s).",
			 cause->kernel ? " " : "", cause->kernel ? cause->kernel : "",
			 what ? " (" : "", what ? what : "", what ? ")" : "", when, dumps->path,
			 dump->name, dump_state_name(dump->state), size);
}

static int add_known(struct strv *fields, const char *name, const char *value)
{
	return value ? strv_addf(fields, "%s=%s", name, value) : 0;
}

int announce_fields(const struct dumps *dumps, const struct dump *dump,
		    const struct dump_cause *cause, struct strv *fields, struct err *err)
{
	if (add_message(dumps, dump, cause, fields) < 0 ||
	    strv_add(fields, "MESSAGE_ID=" ANNOUNCE_ID) < 0 ||
	    strv_addf(fields, "PRIORITY=%d", LOG_CRIT) < 0 ||
	    strv_add(fields, "SYSLOG_IDENTIFIER=kdumpctl") < 0 ||
	    strv_addf(fields, "KDUMP_PATH=%s/%s", dumps->path, dump->name) < 0 ||
	    strv_addf(fields, "KDUMP_SIZE=%" PRIu64, dump->size) < 0 ||
	    strv_addf(fields, "KDUMP_COMPLETE=%d", dump->state == DUMP_COMPLETE) < 0 ||
	    add_known(fields, "KDUMP_KERNEL", cause->kernel) < 0 ||
	    add_known(fields, "KDUMP_CAUSE", cause->kind) < 0 ||
	    add_known(fields, "KDUMP_FUNCTION", cause->function) < 0)
		return err_oom(err);
	return 0;
}

int announce_send(const struct strv *fields, struct err *err)
{
	struct iovec iov[FIELDS_MAX];
	size_t count = fields->n < FIELDS_MAX ? fields->n : FIELDS_MAX;
	int r;

	for (size_t i = 0; i < count; i++)
		iov[i] = (struct iovec){ fields->v[i], strlen(fields->v[i]) };
	r = sd_journal_sendv(iov, (int)count);
	return r < 0 ? err_errno(err, r, "cannot write to the journal") : 0;
}
