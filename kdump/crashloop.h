/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A machine that crashes at each boot fills its disk with dumps, and never stays up for long
 * enough that somebody could mend it. With crash_loop of kdump.conf it does not restart when
 * there were too many dumps in too short a time. The dumps themselves are what is counted, by
 * the times that their names tell.
 */
#ifndef KDUMP_CRASHLOOP_H
#define KDUMP_CRASHLOOP_H

#include <stdint.h>
#include <time.h>

#include "lib/attrs.h"

#include "kdump/conf.h"
#include "kdump/sink.h"

/** CRASHLOOP_UNKNOWN - no other dump can be counted in such a sink. */
#define CRASHLOOP_UNKNOWN 0

/**
 * crashloop_count() - which one is the next dump of this machine in some time?
 * @sink: that it goes into, and the others went. Complete or not, they count.
 * @seconds: that it is at most away from them, later or, by their clock, earlier. @when: its time.
 * Return: 1 for the first; CRASHLOOP_UNKNOWN.
 */
uint64_t crashloop_count(const struct sink *sink, uint64_t seconds, time_t when);

/**
 * crashloop_watch() - if it is one too many, let @conf's final_action and failure_action not
 * restart the machine. What is decided, and why, is told on the console.
 */
void crashloop_watch(const struct sink *sink, time_t when, struct conf *conf);

#endif
