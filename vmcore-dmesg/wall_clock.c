/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "vmcore-dmesg/log.h"
#include "vmcore-dmesg/priority.h"
#include "vmcore-dmesg/wall_clock.h"

enum { NSEC_PER_SEC = 1000000000 };

/* Seconds since 1970 that are believed: until the year 2242. */
static const uint64_t seconds_max = UINT64_C(1) << 33;

/* A log being read. */
struct learning {
	struct wall_clock *clock;
	bool search; /* for the line that tells the time */
};

static void set_moment(struct wall_clock *clock, uint64_t seconds, uint64_t nsec)
{
	const uint64_t fraction = nsec % NSEC_PER_SEC;

	if (seconds > seconds_max)
		return;
	clock->known = true;
	clock->boot.tv_sec = (time_t)seconds - (time_t)(nsec / NSEC_PER_SEC);
	clock->boot.tv_nsec = 0;
	if (fraction > 0) {
		clock->boot.tv_sec--;
		clock->boot.tv_nsec = (long)(NSEC_PER_SEC - fraction);
	}
}

/* The bytes of @text behind @word, none if it is not there. */
static struct bytes behind(struct bytes text, const char *word)
{
	const size_t size = strlen(word);
	const uint8_t *found = text.size > 0 ? memmem(text.data, text.size, word, size) : NULL;

	if (!found)
		return (struct bytes){ NULL, 0 };
	found += size;
	return (struct bytes){ found, text.size - (size_t)(found - text.data) };
}

/* "rtc_cmos 00:00: setting system clock to 2026-11-23T14:40:31 UTC (1795444831)" */
static void search(struct learning *l, const struct record *record)
{
	struct bytes digits = behind(behind(record->text, ": setting system clock to "), " UTC (");
	uint64_t seconds = 0;
	size_t i = 0;

	while (i < digits.size && digits.data[i] >= '0' && digits.data[i] <= '9' &&
	       seconds <= seconds_max)
		seconds = seconds * 10 + (digits.data[i++] - '0');
	if (i == 0 || i == digits.size || digits.data[i] != ')')
		return;
	set_moment(l->clock, seconds, record->ts_nsec);
	l->search = !l->clock->known;
}

static int learn(void *ctx, const struct record *record, _unused_ struct err *err)
{
	struct learning *l = ctx;

	if (record->kind == RECORD_GAP || !record->has_info)
		return 0;
	l->clock->has_last = true;
	l->clock->last_nsec = record->ts_nsec;
	if (l->search && record->facility == FACILITY_KERN)
		search(l, record);
	return 0;
}

int wall_clock_learn(const struct core *core, const struct vmcoreinfo *info, struct wall_clock *ret,
		     struct err *err)
{
	struct learning l = { ret, info->crash_time > seconds_max };
	const struct record_sink sink = { learn, &l };
	int r;

	*ret = (struct wall_clock){ .known = false };
	r = log_read(core, info, &sink, err);
	if (r < 0 && !ret->has_last)
		return r;
	if (ret->has_last)
		set_moment(ret, info->crash_time, ret->last_nsec);
	return 0;
}

struct timespec wall_clock_at(const struct wall_clock *clock, uint64_t nsec)
{
	struct timespec t = clock->boot;

	t.tv_sec += (time_t)(nsec / NSEC_PER_SEC);
	t.tv_nsec += (long)(nsec % NSEC_PER_SEC);
	if (t.tv_nsec >= NSEC_PER_SEC) {
		t.tv_sec++;
		t.tv_nsec -= NSEC_PER_SEC;
	}
	return t;
}

int64_t wall_clock_since_boot(const struct wall_clock *clock, struct timespec wall)
{
	int64_t seconds, nsec;

	if (__builtin_sub_overflow((int64_t)wall.tv_sec, (int64_t)clock->boot.tv_sec, &seconds) ||
	    __builtin_mul_overflow(seconds, (int64_t)NSEC_PER_SEC, &nsec) ||
	    __builtin_add_overflow(nsec, (int64_t)wall.tv_nsec - clock->boot.tv_nsec, &nsec))
		return wall.tv_sec < clock->boot.tv_sec ? INT64_MIN : INT64_MAX;
	return nsec;
}
