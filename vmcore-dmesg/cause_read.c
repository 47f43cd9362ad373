/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "lib/file.h"
#include "vmcore-dmesg/cause_read.h"
#include "vmcore-dmesg/core.h"
#include "vmcore-dmesg/log.h"

enum {
	STREAM_MAX = 256 << 20, /* bytes of text that a program may write to us */
	SAMPLE = 4096,          /* bytes of a file that tell whether it is text */
	ODD_PER_SAMPLE = 16     /* one byte in so many may be no text's */
};

static bool is_odd(uint8_t c)
{
	return c < '\t' || (c > '\r' && c < ' ' && c != 0x1b) || c == 0x7f;
}

/* Serial consoles leave a few odd bytes in text; other files have many of them. */
static bool is_text(struct bytes b)
{
	size_t size = b.size < SAMPLE ? b.size : SAMPLE, odd = 0;

	for (size_t i = 0; i < size; i++)
		odd += is_odd(b.data[i]);
	return size > 0 && odd * ODD_PER_SAMPLE < size;
}

/* Is it a dump of a kind that a build with more libraries can read? */
static bool is_dump(struct bytes b)
{
	return bytes_has(b, 0, "KDUMP   ", 8) || bytes_has(b, 0, "makedumpfile", 12) ||
	       bytes_has(b, 0, "\177ELF", 4);
}

/* @err tells why the file is no core, and stays if it is no text either. */
static int read_text(int fd, const char *path, struct cause *cause, struct err *err)
{
	_cleanup_(mapping_close) struct mapping m = MAPPING_INIT;
	struct line_sink sink = cause_sink(cause);
	int copy = fcntl(fd, F_DUPFD_CLOEXEC, 0);

	if (copy < 0 || mapping_from_fd(copy, path, &m, NULL) < 0) {
		close_fd(&copy);
		return -ENOEXEC;
	}
	if (is_dump(m.bytes) || !is_text(m.bytes))
		return -ENOEXEC;
	return lines_of_text(m.bytes, &sink, err);
}

/* A log that a program writes to us. */
static int read_stream(int fd, struct cause *cause, struct err *err)
{
	_cleanup_free_ char *text = NULL;
	struct line_sink sink = cause_sink(cause);
	struct bytes b;
	size_t size;
	int r = file_read_fd(fd, "it", STREAM_MAX, &text, &size, err);

	if (r < 0)
		return r;
	b = (struct bytes){ (const uint8_t *)text, size };
	if (is_dump(b))
		return err_set(err, -ESPIPE, "is a pipe; save it to a file first");
	if (!is_text(b))
		return err_set(err, -ENOEXEC, "is not text");
	return lines_of_text(b, &sink, err);
}

static bool is_stream(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 &&
	       (S_ISFIFO(st.st_mode) || S_ISSOCK(st.st_mode) || S_ISCHR(st.st_mode));
}

/* What the note says about the crash; nothing there is needed. */
static void take_note(const struct vmcoreinfo *info, struct cause_core *core)
{
	snprintf(core->kernel, sizeof(core->kernel), "%s", info->release);
	core->has_time = info->crash_time <= INT64_MAX;
	core->seconds = core->has_time ? info->crash_time : 0;
}

static int read_core(struct core *core, struct cause *cause, struct err *err)
{
	struct line_sink lines = cause_sink(cause);
	struct record_sink sink = lines_of_records(&lines);
	struct vmcoreinfo info;
	int r = vmcoreinfo_load(core, &info, err);

	if (r < 0)
		return r;
	take_note(&info, &cause->core);
	return log_read(core, &info, &sink, err);
}

int cause_read(const char *path, struct cause *cause, struct err *err)
{
	_cleanup_close_ int fd = strcmp(path, "-") == 0 ? fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0)
							: open(path, O_RDONLY | O_CLOEXEC);
	_cleanup_(core_close) struct core core = CORE_INIT;
	int r;

	if (fd < 0)
		return err_errno(err, -errno, "cannot open");
	if (is_stream(fd))
		return read_stream(fd, cause, err);
	r = core_from_fd(fd, &core, err);
	if (r == -ENOEXEC)
		return read_text(fd, path, cause, err);
	if (r < 0)
		return r;
	fd = -1; /* the core's own now */
	return read_core(&core, cause, err);
}
