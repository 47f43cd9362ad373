/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>

#include "vmcore-dmesg/log.h"
#include "vmcore-dmesg/prb.h"

/* Newest first: a kernel that knows a newer format also names variables of older ones. */
static const struct format {
	const char *name;
	bool (*applies)(const struct vmcoreinfo *info);
	int (*read)(const struct core *core, const struct vmcoreinfo *info,
		    const struct record_sink *sink, struct err *err);
} formats[] = {
	{ "printk ring buffer", prb_applies, prb_read },
};

int log_read(const struct core *core, const struct vmcoreinfo *info, const struct record_sink *sink,
	     struct err *err)
{
	for (size_t i = 0; i < ARRAY_SIZE(formats); i++) {
		int r;

		if (!formats[i].applies(info))
			continue;
		r = formats[i].read(core, info, sink, err);
		return r < 0 ? err_prefix(err, r, "%s", formats[i].name) : 0;
	}
	return err_set(err, -ENODATA,
		       "its VMCOREINFO note names no log that is known here (SYMBOL(prb), since "
		       "Linux 5.10)");
}
