/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which records are shown: a sink in front of the one that shows them. What is damaged is
 * never left out: places where records are missing are always shown, records whose level is
 * lost, too, and those whose time is lost, or that never had one, go with the one before.
 */
#ifndef VMCORE_DMESG_FILTER_H
#define VMCORE_DMESG_FILTER_H

#include <stdbool.h>
#include <stdint.h>

#include "vmcore-dmesg/record.h"

/** struct filter - zeroed, it lets everything through. */
struct filter {
	bool by_level, by_facility;
	uint32_t levels, facilities; /* bits of those that are shown */
	bool has_since, has_until;
	int64_t since, until; /* nanoseconds since boot, both inclusive */

	bool is_outside;      /* the record before was not between since and until */
	uint64_t before_nsec; /* time of the one before, shown or not; 0: there was none */
	uint64_t latest_nsec; /* of the one that is being delivered */
	const struct record_sink *next; /* borrowed */
};

/** filter_is_open() - does it let everything through? */
bool filter_is_open(const struct filter *filter);

/** filter_sink() - a sink that hands what is to be shown to @next; @filter outlives it. */
struct record_sink filter_sink(struct filter *filter, const struct record_sink *next);

#endif
