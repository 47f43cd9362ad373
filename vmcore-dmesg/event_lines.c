/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "vmcore-dmesg/event_lines.h"
#include "vmcore-dmesg/recognise.h"
#include "vmcore-dmesg/symbol.h"

/* The tasks and CPUs that report these are not those that they are about. */
bool event_is_about_others(enum event_kind kind)
{
	return kind == EVENT_HUNG_TASK || kind == EVENT_HARD_LOCKUP || kind == EVENT_RCU_STALL;
}

/* A line that says whose the next lines are. */
static void take_cpu(struct event *event, const struct facts *facts)
{
	if ((facts->has & HAS_CPU) && event->severity == SEVERITY_REPORT &&
	    event_is_about_others(event->kind))
		event->foreign = (event->facts.has & HAS_CPU) && event->facts.cpu != facts->cpu;
}

static bool is_found_by_timer(enum event_kind kind)
{
	return kind == EVENT_SOFT_LOCKUP || kind == EVENT_RCU_STALL;
}

/* Found by an interrupt that is no part of it: what was interrupted is. */
static bool is_about_interrupted(enum event_kind kind)
{
	return kind == EVENT_NMI || kind == EVENT_HARD_LOCKUP || is_found_by_timer(kind);
}

/* Which of a line's facts are about the event. */
static unsigned int relevant(const struct event *event, const struct facts *facts)
{
	unsigned int only = ~0U;

	if (event->machine_only || event->foreign)
		only = HAS_MACHINE;
	/* A trace goes through an interrupt: what was interrupted did nothing wrong. */
	if ((event->tracing || event->traced) && !is_about_interrupted(event->kind))
		only &= ~(unsigned int)HAS_FUNCTION;
	/* The task that finds a hung one runs on a CPU that has nothing to do with it. */
	if (event->kind == EVENT_HUNG_TASK)
		only &= ~(unsigned int)(HAS_CPU | HAS_PROCESS | HAS_PID);
	/* A line that names another CPU names another task. */
	if ((facts->has & HAS_CPU) && event->cpu_stated && event->facts.cpu != facts->cpu)
		only &= HAS_MACHINE;
	return only;
}

static void take_fact(struct event *event, const struct recogniser *row, const struct facts *facts)
{
	unsigned int only;

	take_cpu(event, facts);
	if (row->becomes != EVENT_UNKNOWN) {
		event->kind = row->becomes;
		event->facts.has &= ~(unsigned int)HAS_ADDRESS;
	}
	only = relevant(event, facts);
	/* Kernels before 5.11 show what a timer interrupted behind the interrupt's own frames. */
	if (event->tracing && (facts->has & only & HAS_FUNCTION) &&
	    !(event->facts.has & HAS_FUNCTION) && is_found_by_timer(event->kind)) {
		event->trace_count = 0;
		event->resumed = true;
	}
	event_learn(event, facts, only);
}

/* Kernels of riscv do not announce the trace, which then begins with a line like this. */
static bool begins_trace(const struct event *event, const char *text)
{
	return event->severity == SEVERITY_OOPS && event->trace_count == 0 &&
	       !event->machine_only && strncmp(text, "[<", 2) == 0;
}

/* Is the line a part of @event? */
int event_take(struct event *event, const char *text, bool *ret, struct err *err)
{
	const struct recogniser *row;
	struct facts facts;
	struct frame frame;

	*ret = true;
	if (begins_trace(event, text))
		event->tracing = true;
	if (event->tracing && is_nmi_end(text) &&
	    (event->kind == EVENT_NMI || event->kind == EVENT_HARD_LOCKUP))
		event->trace_count = 0; /* an NMI finds a problem, and is none */
	if (event->tracing && scan_frame(text, &frame))
		return event_add_frame(event, &frame) < 0 ? err_oom(err) : 0;
	row = recognise_part(text, event->kind, &facts);
	if (!row) {
		*ret = false;
		return 0;
	}
	switch (row->role) {
	case ROLE_FACT:
		take_fact(event, row, &facts);
		break;
	case ROLE_TRACE:
		take_fact(event, row, &facts);
		event->tracing = event->trace_count == 0 && !event->machine_only && !event->foreign;
		event->traced = event->trace_count > 0;
		break;
	case ROLE_END:
		event->ended = true;
		event->tracing = false;
		break;
	default:
		event->tracing = event->tracing && event->resumed;
		break;
	}
	return 0;
}
