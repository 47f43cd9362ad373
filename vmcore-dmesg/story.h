/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What one kernel said from its boot to its end: lines become events, and of these the fatal one
 * is told from those that the kernel survived.
 *
 * A panic names its reason, and so the event that it follows from. An oops with a crash kernel
 * loaded leaves no panic; it is the fatal event if the kernel said nothing else for long. Oopses
 * that follow at once from one another count as one, which the first of them stands for. With
 * neither, a report that the kernel would have survived is what it died of if the log ends with it.
 */
#ifndef VMCORE_DMESG_STORY_H
#define VMCORE_DMESG_STORY_H

#include "lib/attrs.h"
#include "lib/err.h"
#include "vmcore-dmesg/event.h"
#include "vmcore-dmesg/lines.h"
#include "vmcore-dmesg/moment.h"
#include "vmcore-dmesg/others.h"

/* Events that follow at once from one another and are kept: of more, the first and the last. */
enum { CHAIN_MAX = 32 };

/** struct story - starts zeroed; release with story_done(). */
struct story {
	struct event chain[CHAIN_MAX]; /* events that it has not survived yet */
	size_t chain_count;
	size_t current;    /* of the chain: what lines without a caller's name go on with */
	struct event last; /* the newest that it survived, ... */
	bool has_last;     /* ... which is the last of others as well */
	struct event fatal;
	bool has_fatal;
	struct others others;
	char note[MESSAGE_MAX]; /* the line behind "[ cut here ]" */
	bool cut;               /* that line comes next */
	bool has_time;          /* the next is set */
	uint64_t nsec;          /* of the last line that tells a time */
	bool event_has_time;    /* the next is set */
	uint64_t event_nsec;    /* of the last that belongs to an event */
	unsigned int ordinary;  /* lines since the newest event began that belong to none */
	unsigned int after;     /* lines since the last that belonged to one */
	struct moment moment;   /* the last known */
	struct facts machine;   /* what its boot says */
};

/** story_done() - release; what is left is a zeroed one. */
void story_done(struct story *story);

/** story_take() - take the next line. Return: 0 or -ENOMEM. */
_must_check_ int story_take(struct story *story, const struct log_line *line, struct err *err);

/** story_end() - the log, or this kernel's part of it, is over: decide. Return: 0 or -ENOMEM. */
int story_end(struct story *story, struct err *err);

#endif
