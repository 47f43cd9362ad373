/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>

#include "vmcore-dmesg/damage.h"

_printf_(3, 0) static void add(struct damage *damage, const struct err *cause, const char *fmt,
			       va_list ap)
{
	char text[ERR_TEXT_MAX];

	if (damage->count++ > 0)
		return;
	vsnprintf(text, sizeof(text), fmt, ap);
	err_set(&damage->first, 0, "%s%s%s", text, cause ? ": " : "", cause ? cause->text : "");
}

void damage_add(struct damage *damage, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	add(damage, NULL, fmt, ap);
	va_end(ap);
}

void damage_add_err(struct damage *damage, const struct err *cause, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	add(damage, cause, fmt, ap);
	va_end(ap);
}

int damage_result(const struct damage *damage, struct err *err)
{
	if (damage->count == 0)
		return 0;
	if (damage->count == 1)
		return err_set(err, -EBADMSG, "%s", damage->first.text);
	return err_set(err, -EBADMSG, "%s (and %" PRIu64 " more problem%s)", damage->first.text,
		       damage->count - 1, damage->count == 2 ? "" : "s");
}
