/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdlib.h>
#include <string.h>

#include "vmcore-dmesg/others.h"

/* Of too many, so many of the first ones are kept, and so many dropped at a time. */
enum { OTHERS_FIRST = 64, OTHERS_DROP = 96 };

/* Make room for one more. */
static int reserve(struct others *others, struct err *err)
{
	if (!others->list)
		others->list = calloc(OTHERS_MAX, sizeof(*others->list));
	if (!others->list)
		return err_oom(err);
	if (others->count < OTHERS_MAX)
		return 0;
	others->count -= OTHERS_DROP;
	others->dropped += OTHERS_DROP;
	memmove(others->list + OTHERS_FIRST, others->list + OTHERS_FIRST + OTHERS_DROP,
		(others->count - OTHERS_FIRST) * sizeof(*others->list));
	return 0;
}

int others_add(struct others *others, struct event *event, struct err *err)
{
	struct other *other;
	int r = event->headless ? 0 : reserve(others, err);

	if (r < 0 || event->headless)
		return r;
	event_finish(event);
	other = &others->list[others->count++];
	*other = (struct other){
		.kind = event->kind,
		.has_time = event->has_time,
		.has_function = event->facts.has & HAS_FUNCTION,
		.nsec = event->nsec,
		.function = event->facts.function,
	};
	copy_cut(other->message, sizeof(other->message), event->message, strlen(event->message));
	return 0;
}

void others_drop_last(struct others *others)
{
	others->count--;
}

void others_done(struct others *others)
{
	free(others->list);
	*others = (struct others){ .list = NULL };
}
