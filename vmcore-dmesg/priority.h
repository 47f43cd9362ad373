/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A record's priority, which is its level and its facility: their names, as syslog(3) and
 * util-linux' dmesg(1) have them, and lists of them as the command line takes them.
 */
#ifndef VMCORE_DMESG_PRIORITY_H
#define VMCORE_DMESG_PRIORITY_H

#include <stdint.h>

#include "lib/attrs.h"
#include "lib/err.h"

enum {
	LEVEL_COUNT = 8,
	FACILITY_COUNT = 24,
	FACILITY_KERN = 0,
	PRIORITY_LEVEL_BITS = 3, /* of the number that has both; the facility lies above */
};

/** level_name() - its name. Return: NULL if @level is none. */
const char *level_name(unsigned int level);

/** facility_name() - its name. Return: NULL if @facility has none. */
const char *facility_name(unsigned int facility);

/**
 * levels_parse() - read a list of levels.
 * @list: names in any case, or numbers, separated by commas; "+" behind one adds all that are
 *	worse, "+" in front of it all that are less bad.
 * @set: their bits are set in it, and no others changed.
 * Return: 0, or -EINVAL with @err naming what is no level.
 */
_must_check_ int levels_parse(const char *list, uint32_t *set, struct err *err);

/** facilities_parse() - read a list of facilities; as levels_parse(), without "+". */
_must_check_ int facilities_parse(const char *list, uint32_t *set, struct err *err);

#endif
