/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The cause of a crash, for people (a block that fits on a screen) and for programs (a JSON
 * object with always the same keys; null stands for what the text does not say):
 *
 *	kernel	release, a string		time	of the crash, UTC, as RFC 3339 has it
 *	uptime	seconds from boot to the event	kind	one of event_kind_name(); null: no cause
 *	message	the event's first line		address	that was accessed, "0x..."
 *	access	"read", "write", "execute"	function, offset, size, module	where it happened;
 *		offset and size in bytes, "0x..."; module null for the kernel itself
 *	process	its name, pid and cpu numbers	taint	array of strings, in words
 *	hardware a string			search	words to search the web and trackers for
 *	trace	array, innermost first, of objects: function, offset, size, module, reliable
 *	others	array, oldest first, of what the kernel survived: objects of kind, message,
 *		uptime, function
 */
#ifndef VMCORE_DMESG_CAUSE_REPORT_H
#define VMCORE_DMESG_CAUSE_REPORT_H

#include <stdio.h>

#include "lib/json.h"
#include "vmcore-dmesg/cause.h"

/** cause_print() - for people; where no cause was found, it says so and shows the last lines. */
void cause_print(FILE *out, const struct cause *cause, const struct story *story);

/** cause_json() - for programs. */
void cause_json(struct json *json, const struct story *story);

#endif
