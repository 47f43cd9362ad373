/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A record of the kernel's log as the readers of all formats deliver it, and the callback
 * that they deliver it to, so that how a log is stored and how it is shown stay apart.
 */
#ifndef VMCORE_DMESG_RECORD_H
#define VMCORE_DMESG_RECORD_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/bytes.h"
#include "lib/err.h"

/** RECORD_CALLER_CPU - of a caller_id: the rest is a CPU's number, as in the kernel's printk. */
#define RECORD_CALLER_CPU (UINT32_C(1) << 31)

/** enum record_kind - what a sink is given. */
enum record_kind {
	RECORD_MESSAGE, /* of the kernel */
	RECORD_GAP,     /* none: a place where something is damaged or missing */
};

/** struct record - one record; what a format does not know is 0. */
struct record {
	enum record_kind kind;
	bool has_info;      /* false: time and level are lost, or never were; only text is there */
	uint64_t seq;       /* counts all records since boot */
	uint64_t ts_nsec;   /* since boot, of the kernel's local clock */
	uint8_t facility;   /* as in syslog(3), not shifted */
	uint8_t level;      /* 0 to 7 */
	bool has_caller;    /* the kernel recorded who called printk */
	uint32_t caller_id; /* a thread, or with RECORD_CALLER_CPU set, a CPU */
	struct bytes text;  /* borrowed for the call; any bytes, no newline at its end; of a
			     * gap, our own words: what is wrong there */
	struct bytes line;  /* only of formats that keep lines: the line as it is, with the
			     * level, the time and the newline that it has; else empty */
};

/** record_has_priority() - are its facility and level known? Kept lines lose nothing. */
static inline bool record_has_priority(const struct record *record)
{
	return record->has_info || record->line.size > 0;
}

/**
 * record_fn - takes a record.
 * Return: 0, or -errno with @err set, which ends the reading with that error.
 */
typedef int record_fn(void *ctx, const struct record *record, struct err *err);

/** struct record_sink - where records go. */
struct record_sink {
	record_fn *take;
	void *ctx; /* handed to @take */
};

#endif
