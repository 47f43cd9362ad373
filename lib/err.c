/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdarg.h>
#include <string.h>

#include "lib/err.h"

/* vsnprintf() into @buf, marking text that did not fit. */
_printf_(3, 0) static void format_cut(char *buf, size_t size, const char *fmt, va_list ap)
{
	int n = vsnprintf(buf, size, fmt, ap);

	if (n < 0)
		buf[0] = '\0';
	else if ((size_t)n >= size)
		memcpy(buf + size - 4, "...", 4);
}

/* Append @tail to @buf as far as it fits. */
static void append_cut(char *buf, size_t size, const char *tail)
{
	size_t used = strlen(buf);

	snprintf(buf + used, size - used, "%s", tail);
}

int err_set(struct err *err, int code, const char *fmt, ...)
{
	va_list ap;

	if (!err)
		return code;
	va_start(ap, fmt);
	format_cut(err->text, sizeof(err->text), fmt, ap);
	va_end(ap);
	err->hint[0] = '\0';
	return code;
}

int err_errno(struct err *err, int code, const char *fmt, ...)
{
	va_list ap;

	if (!err)
		return code;
	va_start(ap, fmt);
	format_cut(err->text, sizeof(err->text), fmt, ap);
	va_end(ap);
	err->hint[0] = '\0';
	append_cut(err->text, sizeof(err->text), ": ");
	append_cut(err->text, sizeof(err->text), strerror(-code));
	return code;
}

int err_oom(struct err *err)
{
	return err_set(err, -ENOMEM, "out of memory");
}

int err_prefix(struct err *err, int code, const char *fmt, ...)
{
	char text[ERR_TEXT_MAX];
	va_list ap;

	if (!err)
		return code;
	va_start(ap, fmt);
	format_cut(text, sizeof(text), fmt, ap);
	va_end(ap);
	append_cut(text, sizeof(text), ": ");
	append_cut(text, sizeof(text), err->text);
	memcpy(err->text, text, sizeof(text));
	return code;
}

int err_hint(struct err *err, int code, const char *fmt, ...)
{
	va_list ap;

	if (!err)
		return code;
	va_start(ap, fmt);
	format_cut(err->hint, sizeof(err->hint), fmt, ap);
	va_end(ap);
	return code;
}

void err_print(FILE *out, const char *program, const struct err *err)
{
	const char *text = err->text[0] ? err->text : "unknown error";

	if (program)
		fprintf(out, "%s: ", program);
	fprintf(out, "%s\n", text);
	if (err->hint[0]) {
		if (program)
			fprintf(out, "%s: ", program);
		fprintf(out, "%s\n", err->hint);
	}
}
