/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <string.h>

#include "vmcore-dmesg/damage.h"

_printf_(3, 0) static void add(struct damage *damage, const struct err *cause, const char *fmt,
			       va_list ap)
{
	char text[ERR_TEXT_MAX];

	if (damage->count > damage->marked) {
		damage->count++;
		return;
	}
	vsnprintf(text, sizeof(text), fmt, ap);
	err_set(&damage->unmarked, 0, "%s%s%s", text, cause ? ": " : "", cause ? cause->text : "");
	if (damage->count++ == 0)
		damage->first = damage->unmarked;
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

/* One line of a complaint and @more that it stands for. */
static int set_summary(struct err *err, int code, const struct err *complaint, uint64_t more)
{
	if (more == 0)
		return err_set(err, code, "%s", complaint->text);
	return err_set(err, code, "%s (and %" PRIu64 " more problem%s)", complaint->text, more,
		       more == 1 ? "" : "s");
}

int damage_mark(struct damage *damage, const struct record_sink *sink, struct err *err)
{
	struct record mark = { .kind = RECORD_GAP };
	struct err summary;

	if (damage->count == damage->marked)
		return 0;
	set_summary(&summary, 0, &damage->unmarked, damage->count - damage->marked - 1);
	damage->marked = damage->count;
	mark.text = (struct bytes){ (const uint8_t *)summary.text, strlen(summary.text) };
	return sink->take(sink->ctx, &mark, err);
}

int damage_result(const struct damage *damage, struct err *err)
{
	if (damage->count == 0)
		return 0;
	return set_summary(err, -EBADMSG, &damage->first, damage->count - 1);
}
