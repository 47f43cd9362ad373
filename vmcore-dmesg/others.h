/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The events that a kernel survived, oldest first. There may be any number of them: of too
 * many, the first ones and the last ones are kept, and those between are counted.
 */
#ifndef VMCORE_DMESG_OTHERS_H
#define VMCORE_DMESG_OTHERS_H

#include "lib/attrs.h"
#include "lib/err.h"
#include "vmcore-dmesg/event.h"

/* Events that are kept. */
enum { OTHERS_MAX = 256 };

/* Bytes of a message that is listed, with a NUL. */
enum { OTHER_MESSAGE_MAX = 200 };

/** struct other - an event that the kernel survived. */
struct other {
	enum event_kind kind;
	bool has_time;
	bool has_function;
	uint64_t nsec; /* since boot */
	struct symbol function;
	char message[OTHER_MESSAGE_MAX];
};

/** struct others - starts zeroed; release with others_done(). */
struct others {
	struct other *list; /* owned, OTHERS_MAX of them, NULL until there is one */
	size_t count;
	uint64_t dropped;
};

/**
 * others_add() - add @event, which is finished by that; one without a head says too little.
 * Return: 0 or -ENOMEM.
 */
_must_check_ int others_add(struct others *others, struct event *event, struct err *err);

/** others_drop_last() - the last one ended the kernel after all. There is one. */
void others_drop_last(struct others *others);

/** others_done() - release. */
void others_done(struct others *others);

#endif
