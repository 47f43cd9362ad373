/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <syslog.h>
#include <unistd.h>

#include "kdump/tell.h"

enum { RECORD_MAX = 900 }; /* bytes of a line for /dev/kmsg, which refuses 1024 and more */

static struct tell_levels levels = TELL_DEFAULT;
static int kmsg_fd = -1;

static const int priorities[] = {
	[TELL_ERROR] = LOG_ERR,
	[TELL_WARNING] = LOG_WARNING,
	[TELL_INFO] = LOG_INFO,
	[TELL_DEBUG] = LOG_DEBUG,
};

void tell_set(const struct sysroot *root, const struct tell_levels *wanted)
{
	levels = *wanted;
	if (levels.kmsg != TELL_NOTHING && kmsg_fd < 0)
		kmsg_fd = sysroot_open(root, "/dev/kmsg", O_WRONLY | O_APPEND);
	if (levels.syslog != TELL_NOTHING)
		openlog("kdump", LOG_PID, LOG_DAEMON);
}

/* A write is a record; more lines than one are escaped by the kernel (ABI/testing/dev-kmsg). */
static void tell_kernel(enum tell_level level, const char *line)
{
	if (kmsg_fd >= 0)
		dprintf(kmsg_fd, "<%d>kdump: %.*s\n", LOG_DAEMON | priorities[level], RECORD_MAX,
			line);
}

/* Everywhere, line by line. */
static void tell_text(FILE *out, enum tell_level level, char *text)
{
	char *rest = text;

	if (level <= levels.std)
		fprintf(out, "%s\n", text);
	for (char *line; (line = strsep(&rest, "\n"));) {
		if (level <= levels.syslog)
			syslog(priorities[level], "%s", line);
		if (level <= levels.kmsg)
			tell_kernel(level, line);
	}
}

static _printf_(3, 0) void tell_format(FILE *out, enum tell_level level, const char *fmt,
				       va_list args)
{
	_cleanup_free_ char *text = NULL;

	if (vasprintf(&text, fmt, args) < 0) {
		text = NULL;
		return;
	}
	tell_text(out, level, text);
}

void tell(enum tell_level level, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	tell_format(stdout, level, fmt, args);
	va_end(args);
}

void tell_warning(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	tell_format(stderr, TELL_WARNING, fmt, args);
	va_end(args);
}

/* @prefix stands in front of both lines. */
static void tell_err(enum tell_level level, const char *prefix, const struct err *err)
{
	char text[2 * sizeof("warning: ") + ERR_TEXT_MAX + ERR_HINT_MAX];
	bool hint = err->hint[0];

	snprintf(text, sizeof(text), "%s%s%s%s%s", prefix, err->text, hint ? "\n" : "",
		 hint ? prefix : "", err->hint);
	tell_text(stderr, level, text);
}

void tell_error(const struct err *err)
{
	tell_err(TELL_ERROR, "", err);
}

void tell_problem(const struct err *err)
{
	tell_err(TELL_WARNING, "warning: ", err);
}
