/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "lib/file.h"

#include "kdump/console.h"

#define PREFIX "kdump: "

void console_say(const char *fmt, ...)
{
	char line[sizeof(PREFIX) + ERR_TEXT_MAX + 1] = PREFIX;
	const size_t room = sizeof(line) - sizeof(PREFIX);
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(line + strlen(PREFIX), room, fmt, ap);
	va_end(ap);
	if (n < 0)
		return;
	strcat(line, "\n"); /* vsnprintf() left room for it */
	if (file_write_all(STDERR_FILENO, line, strlen(line)) < 0)
		return; /* no console is no reason to give up */
}

void console_error(const struct err *err)
{
	console_say("%s", err->text[0] ? err->text : "unknown error");
	if (err->hint[0])
		console_say("%s", err->hint);
}
