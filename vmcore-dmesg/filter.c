/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "vmcore-dmesg/filter.h"
#include "vmcore-dmesg/priority.h"

bool filter_is_open(const struct filter *filter)
{
	return !filter->by_level && !filter->by_facility && !filter->has_since &&
	       !filter->has_until;
}

/* Facilities above those that have a bit are userspace's own. */
static bool has_bit(uint32_t set, unsigned int bit)
{
	return bit < 32 && (set >> bit & 1);
}

static bool is_outside(const struct filter *filter, uint64_t nsec)
{
	const int64_t t = nsec > INT64_MAX ? INT64_MAX : (int64_t)nsec;

	return (filter->has_since && t < filter->since) || (filter->has_until && t > filter->until);
}

static int filter_take(void *ctx, const struct record *record, struct err *err)
{
	struct filter *filter = ctx;
	const struct record_sink *next = filter->next;

	if (record->kind == RECORD_GAP)
		return next->take(next->ctx, record, err);
	if (record->has_info) {
		filter->before_nsec = filter->latest_nsec;
		filter->latest_nsec = record->ts_nsec;
		filter->is_outside = is_outside(filter, record->ts_nsec);
	}
	if (filter->is_outside)
		return 0;
	if (record_has_priority(record) &&
	    ((filter->by_level && !has_bit(filter->levels, record->level)) ||
	     (filter->by_facility && !has_bit(filter->facilities, record->facility))))
		return 0;
	return next->take(next->ctx, record, err);
}

struct record_sink filter_sink(struct filter *filter, const struct record_sink *next)
{
	filter->next = next;
	return (struct record_sink){ filter_take, filter };
}
