/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>

#include "vmcore-dmesg/log.h"
#include "vmcore-dmesg/plain.h"
#include "vmcore-dmesg/prb.h"
#include "vmcore-dmesg/records.h"

/* Newest first: a kernel that knows a newer format also names variables of older ones. */
static const struct format {
	const char *name;
	bool (*applies)(const struct vmcoreinfo *info);
	int (*read)(const struct core *core, const struct vmcoreinfo *info,
		    const struct record_sink *sink, struct err *err);
} formats[] = {
	{ "printk ring buffer", prb_applies, prb_read },
	{ "log of records", records_applies, records_read },
	{ "log of lines", plain_applies, plain_read },
};

/* A sink in front of another one, that counts what it is given. */
struct counter {
	const struct record_sink *sink;
	uint64_t count;
};

static int count_record(void *ctx, const struct record *record, struct err *err)
{
	struct counter *counter = ctx;

	counter->count++;
	return counter->sink->take(counter->sink->ctx, record, err);
}

int log_read(const struct core *core, const struct vmcoreinfo *info, const struct record_sink *sink,
	     struct err *err)
{
	struct counter counter = { sink, 0 };
	const struct record_sink counting = { count_record, &counter };

	for (size_t i = 0; i < ARRAY_SIZE(formats); i++) {
		int r;

		if (!formats[i].applies(info))
			continue;
		r = formats[i].read(core, info, &counting, err);
		if (r == 0 && counter.count == 0)
			r = err_set(err, -EBADMSG, "it is empty: no kernel's is");
		return r < 0 ? err_prefix(err, r, "%s", formats[i].name) : 0;
	}
	return err_set(err, -ENODATA,
		       "Missing the log_buf symbol: its VMCOREINFO note names neither that nor any "
		       "other log that is known here (prb, log_first_idx)");
}
