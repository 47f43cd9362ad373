/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How a capture ends the machine's run: final_action and failure_action of kdump.conf in
 * terms of reboot(2).
 */
#ifndef KDUMP_ENDING_H
#define KDUMP_ENDING_H

#include "kdump/conf.h"

/** struct ending - a way to end. */
struct ending {
	const char *doing; /* what it does, for messages */
	int command;       /* for reboot(2) */
};

/** ending_of() - the way of @action. Those that are no end by themselves restart. */
const struct ending *ending_of(enum conf_action action);

#endif
