/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A core file: any bytes, through headers, notes, VMCOREINFO and the log to each kind of output. */
#include <fcntl.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "lib/file.h"
#include "vmcore-dmesg/log.h"
#include "vmcore-dmesg/output.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Ways to show a log; the file's size decides which, so that each stays what it is. */
static const struct request requests[] = {
	{ .plain = true },
	{ .plain = true, .keep_utf8 = true, .by_level = true, .levels = 0x1f },
	{ .json = true, .decode = true, .has_until = true },
	{
		.decode = true,
		.caller = true,
		.each_line = true,
		.color = COLOR_ALWAYS,
		.stamps = { { STAMP_CTIME_DELTA, STAMP_RELTIME, STAMP_ISO, STAMP_SECONDS }, 4 },
		.has_since = true,
		.since = { .base = WHEN_DAY },
	},
};

static void read_core(struct core *core, const struct request *request, int out)
{
	_cleanup_(output_done) struct output output = { .request = request };
	struct vmcoreinfo info;
	struct err err = ERR_INIT;
	int r;

	if (vmcoreinfo_load(core, &info, &err) < 0)
		return;
	r = output_begin(&output, request, out, core, &info, &err);
	if (r == 0) {
		r = log_read(core, &info, &output.sink, &err);
		if (output_end(&output, r, NULL) < 0)
			abort();
	}
	if (r < 0 && !err.text[0])
		abort(); /* failed and did not say why */
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_close_ int fd = memfd_create("core", MFD_CLOEXEC);
	_cleanup_close_ int out = open("/dev/null", O_WRONLY | O_CLOEXEC);
	_cleanup_(core_close) struct core core = CORE_INIT;
	struct err err = ERR_INIT;

	if (size > 0 && (data[0] == 'K' || data[0] == 'm'))
		return 0; /* libkdumpfile's formats, not ours */
	if (fd < 0 || out < 0 || file_write_all(fd, data, size) < 0)
		return 0;
	if (core_from_fd(fd, &core, &err) < 0)
		return 0;
	fd = -1; /* the core's own now */
	read_core(&core, &requests[size % ARRAY_SIZE(requests)], out);
	return 0;
}
