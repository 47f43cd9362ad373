/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a kernel says when something goes wrong: an event is a report of one such thing, of
 * many lines. Tables (recognise.c) say which lines begin one and which state a fact of it.
 */
#ifndef VMCORE_DMESG_EVENT_H
#define VMCORE_DMESG_EVENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "lib/attrs.h"
#include "vmcore-dmesg/wall.h"

/** enum event_kind - what went wrong. */
enum event_kind {
	EVENT_UNKNOWN,
	EVENT_NULL_DEREFERENCE,
	EVENT_PAGE_FAULT,
	EVENT_GENERAL_PROTECTION,
	EVENT_BUG,
	EVENT_WARN,
	EVENT_PANIC,
	EVENT_HUNG_TASK,
	EVENT_SOFT_LOCKUP,
	EVENT_HARD_LOCKUP,
	EVENT_RCU_STALL,
	EVENT_OOM,
	EVENT_NMI,
	EVENT_MACHINE_CHECK,
	EVENT_STACK_OVERFLOW,
	EVENT_STACK_CORRUPTION,
	EVENT_DIVIDE_ERROR,
	EVENT_INVALID_OPCODE,
	EVENT_INIT_EXIT,
	EVENT_SYSRQ,
	EVENT_KINDS,
};

/** enum event_access - what was tried at the address. */
enum event_access { ACCESS_UNKNOWN, ACCESS_READ, ACCESS_WRITE, ACCESS_EXECUTE };

/** enum event_has - which members of struct facts are set; bits. */
enum event_has {
	HAS_ADDRESS = 1 << 0,
	HAS_ACCESS = 1 << 1,
	HAS_FUNCTION = 1 << 2, /* with offset, size and, where there is one, the module */
	HAS_PROCESS = 1 << 3,
	HAS_PID = 1 << 4,
	HAS_CPU = 1 << 5,
	HAS_TAINT = 1 << 6,
	HAS_KERNEL = 1 << 7,
	HAS_HARDWARE = 1 << 8,
};

/* What concerns the machine, whoever on it says it. */
enum { HAS_MACHINE = HAS_TAINT | HAS_KERNEL | HAS_HARDWARE };

/* Bytes, with a NUL: of names, which are cut beyond that. */
enum {
	SYMBOL_NAME_MAX = 128,
	MODULE_NAME_MAX = 64,
	PROCESS_NAME_MAX = 64,
	KERNEL_NAME_MAX = 128,
	HARDWARE_NAME_MAX = 160,
	MESSAGE_MAX = 512,
};

/** struct symbol - a place in the kernel's code. */
struct symbol {
	char name[SYMBOL_NAME_MAX];
	char module[MODULE_NAME_MAX]; /* "" for the kernel itself */
	bool has_offset;              /* decoded traces have a file and a line instead */
	uint64_t offset;              /* bytes from the function's start */
	uint64_t size;                /* bytes of the function */
};

/** struct facts - what one line, or an event's lines together, say. */
struct facts {
	unsigned int has; /* enum event_has */
	uint64_t address;
	enum event_access access;
	struct symbol function;
	char process[PROCESS_NAME_MAX];
	uint64_t pid;
	uint64_t cpu;
	uint32_t taint; /* bit 0 for the flag A, ... */
	char kernel[KERNEL_NAME_MAX];
	char hardware[HARDWARE_NAME_MAX];
};

/* Entries of a call trace that are kept. */
enum { TRACE_MAX = 64 };

/** struct frame - an entry of a call trace. */
struct frame {
	struct symbol symbol;
	bool reliable;
};

/** enum event_severity - how a kernel comes out of it. */
enum event_severity {
	SEVERITY_REPORT, /* goes on, unless it is told to panic */
	SEVERITY_OOPS,   /* kills the task, or ends the kernel */
	SEVERITY_PANIC,  /* ends the kernel */
};

/** struct event - release with event_done(). */
struct event {
	enum event_kind kind;
	enum event_severity severity;
	bool prelude;      /* it only announces what the next line begins */
	bool headless;     /* its first lines are lost */
	bool numbered;     /* the line with "[#1]" was there */
	bool ended;        /* its lines are over */
	bool foreign;      /* the lines of now are about another CPU */
	bool machine_only; /* what comes now is about another task */
	bool tracing;      /* the lines of now are a call trace */
	bool traced;       /* its call trace is over */
	bool resumed;      /* its call trace goes on behind registers */
	bool cpu_stated;   /* the first line names the CPU */
	bool has_time;
	uint64_t nsec;    /* since boot, of its first line */
	uint32_t caller;  /* of its first line */
	struct wall wall; /* of its first line */
	struct facts facts;
	char message[MESSAGE_MAX]; /* its first line */
	char note[MESSAGE_MAX];    /* what the kernel said just before; "" */
	struct frame *trace;       /* owned, TRACE_MAX of them; NULL until there is one */
	size_t trace_count;
};

/** copy_cut() - copy @size bytes, cut to what @room bytes hold, and a NUL behind them. */
static inline void copy_cut(char *to, size_t room, const char *from, size_t size)
{
	if (size >= room)
		size = room - 1;
	memcpy(to, from, size);
	to[size] = '\0';
}

/** event_done() - release; fine on a zeroed one. */
void event_done(struct event *event);

/**
 * event_learn() - take over the facts of a line that @event does not have yet.
 * @only: enum event_has; others are left.
 */
void event_learn(struct event *event, const struct facts *facts, unsigned int only);

/** event_add_frame() - add to the trace; beyond TRACE_MAX nothing is. Return: 0 or -ENOMEM. */
_must_check_ int event_add_frame(struct event *event, const struct frame *frame);

/**
 * event_finish() - draw the conclusions that need the whole event: a fault near address 0 is
 * a NULL pointer's, the frames that only report are no part of the trace, and where the
 * text does not say which function it was, it is the innermost one of the trace.
 */
void event_finish(struct event *event);

/**
 * event_first_place() - the innermost function of the trace that surely was active, or else
 * that perhaps was. Return: borrowed from @event; NULL without a trace.
 */
const struct symbol *event_first_place(const struct event *event);

/** event_kind_name() - as in the machine-readable output. */
const char *event_kind_name(enum event_kind kind);

/** event_kind_title() - for people. */
const char *event_kind_title(enum event_kind kind);

/** event_access_name() - "read", "write", "execute"; NULL for ACCESS_UNKNOWN. */
const char *event_access_name(enum event_access access);

/** taint_name() - what taint flag @letter, 'A' to 'Z', means; NULL if that is not known. */
const char *taint_name(char letter);

#endif
