/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "lib/file.h"

#include "kdump/console.h"

#define PREFIX "kdump: "

/* Line number n is remembered at n % CONSOLE_REMEMBERED. */
static struct {
	char *text;
	uint64_t usec;
} remembered[CONSOLE_REMEMBERED];
static unsigned int said;

static uint64_t usec_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

/* Without memory for it, a line is only not remembered. */
static void remember(const char *line)
{
	unsigned int at = said++ % CONSOLE_REMEMBERED;

	free(remembered[at].text);
	remembered[at].text = strndup(line, strcspn(line, "\n"));
	remembered[at].usec = usec_now();
}

const char *console_line(unsigned int index, uint64_t *ret_usec)
{
	unsigned int first = said > CONSOLE_REMEMBERED ? said - CONSOLE_REMEMBERED : 0;
	unsigned int at = (first + index) % CONSOLE_REMEMBERED;

	if (index >= said - first)
		return NULL;
	*ret_usec = remembered[at].usec;
	return remembered[at].text ? remembered[at].text : "";
}

static void write_line(bool keep, const char *fmt, va_list ap) _printf_(2, 0);

static void write_line(bool keep, const char *fmt, va_list ap)
{
	char line[sizeof(PREFIX) + ERR_TEXT_MAX + 1] = PREFIX;
	const size_t room = sizeof(line) - sizeof(PREFIX);

	if (vsnprintf(line + strlen(PREFIX), room, fmt, ap) < 0)
		return;
	strcat(line, "\n"); /* vsnprintf() left room for it */
	if (keep)
		remember(line);
	if (file_write_all(STDERR_FILENO, line, strlen(line)) < 0)
		return; /* no console is no reason to give up */
}

void console_say(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	write_line(true, fmt, ap);
	va_end(ap);
}

void console_progress(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	write_line(false, fmt, ap);
	va_end(ap);
}

void console_error(const struct err *err)
{
	console_say("%s", err->text[0] ? err->text : "unknown error");
	if (err->hint[0])
		console_say("%s", err->hint);
}
