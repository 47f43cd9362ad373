/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A core file: any bytes, through headers, notes, VMCOREINFO and the log to lines of text. */
#include <fcntl.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "lib/file.h"
#include "vmcore-dmesg/log.h"
#include "vmcore-dmesg/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_core(struct core *core, int out)
{
	_cleanup_(writer_done) struct writer writer = { .fd = -1 };
	struct text text = { .writer = &writer };
	struct record_sink sink = text_sink(&text);
	struct vmcoreinfo info;
	struct err err = ERR_INIT;

	if (vmcoreinfo_load(core, &info, &err) < 0 || writer_init(&writer, out, &err) < 0)
		return;
	if (log_read(core, &info, &sink, &err) < 0 && !err.text[0])
		abort(); /* failed and did not say why */
	if (writer_flush(&writer, &err) < 0)
		abort();
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
	read_core(&core, out);
	return 0;
}
