/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The words to search the web and bug trackers for: what is the same wherever a crash
 * happens, without the numbers that differ from one machine to the next.
 */
#ifndef VMCORE_DMESG_SEARCH_H
#define VMCORE_DMESG_SEARCH_H

#include "vmcore-dmesg/event.h"

enum { SEARCH_MAX = 512 };

/** search_words() - put them, NUL-terminated, in @ret. */
void search_words(const struct event *event, char ret[SEARCH_MAX]);

#endif
