/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The lines of an event behind its first: facts about it, its call trace, and what is about
 * other CPUs and tasks and so must be left out.
 */
#ifndef VMCORE_DMESG_EVENT_LINES_H
#define VMCORE_DMESG_EVENT_LINES_H

#include "lib/attrs.h"
#include "lib/err.h"
#include "vmcore-dmesg/event.h"

/** event_is_about_others() - do other tasks or CPUs report events of @kind than those they hit? */
bool event_is_about_others(enum event_kind kind);

/**
 * event_take() - take a line that may be a part of @event.
 * @text: without blanks in front.
 * @ret: is it one?
 * Return: 0 or -ENOMEM.
 */
_must_check_ int event_take(struct event *event, const char *text, bool *ret, struct err *err);

#endif
