/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "vmcore-dmesg/event.h"

/* Addresses below this are a NULL pointer's members, not a wild pointer's. */
enum { NULL_PAGE = 4096 };

static const struct {
	const char *name;
	const char *title;
} kinds[EVENT_KINDS] = {
	[EVENT_UNKNOWN] = { "unknown", "kernel crash" },
	[EVENT_NULL_DEREFERENCE] = { "null-dereference", "NULL pointer dereference" },
	[EVENT_PAGE_FAULT] = { "page-fault", "access to a bad address" },
	[EVENT_GENERAL_PROTECTION] = { "general-protection", "general protection fault" },
	[EVENT_BUG] = { "bug", "kernel bug" },
	[EVENT_WARN] = { "warn", "kernel warning" },
	[EVENT_PANIC] = { "panic", "kernel panic" },
	[EVENT_HUNG_TASK] = { "hung-task", "hung task" },
	[EVENT_SOFT_LOCKUP] = { "soft-lockup", "soft lockup" },
	[EVENT_HARD_LOCKUP] = { "hard-lockup", "hard lockup" },
	[EVENT_RCU_STALL] = { "rcu-stall", "RCU stall" },
	[EVENT_OOM] = { "oom", "out of memory" },
	[EVENT_NMI] = { "nmi", "non-maskable interrupt" },
	[EVENT_MACHINE_CHECK] = { "machine-check", "hardware error" },
	[EVENT_STACK_OVERFLOW] = { "stack-overflow", "kernel stack overflow" },
	[EVENT_STACK_CORRUPTION] = { "stack-corruption", "kernel stack corruption" },
	[EVENT_DIVIDE_ERROR] = { "divide-error", "divide error" },
	[EVENT_INVALID_OPCODE] = { "invalid-opcode", "invalid instruction" },
	[EVENT_INIT_EXIT] = { "init-exit", "init ended" },
	[EVENT_SYSRQ] = { "sysrq", "crash that was asked for (SysRq)" },
};

/* Documentation/admin-guide/tainted-kernels.rst; G, no proprietary module, is no taint. */
static const char *const taints['Z' - 'A' + 1] = {
	['A' - 'A'] = "ACPI table overridden",
	['B' - 'A'] = "bad page",
	['C' - 'A'] = "staging driver",
	['D' - 'A'] = "oops before",
	['E' - 'A'] = "unsigned module",
	['F' - 'A'] = "module loaded by force",
	['I' - 'A'] = "firmware bug worked around",
	['J' - 'A'] = "fwctl debugging",
	['K' - 'A'] = "live patch",
	['L' - 'A'] = "soft lockup before",
	['M' - 'A'] = "machine check before",
	['N' - 'A'] = "in-kernel test",
	['O' - 'A'] = "out-of-tree module",
	['P' - 'A'] = "proprietary module",
	['R' - 'A'] = "module unloaded by force",
	['S' - 'A'] = "CPU out of specification",
	['T' - 'A'] = "randomized structures",
	['U' - 'A'] = "asked for by user space",
	['W' - 'A'] = "warning before",
	['X' - 'A'] = "distribution's own",
};

/* Functions that report, or that wait: what called them is of interest. */
static const char *const reporters[] = {
	"__dump_stack",
	"__kasan_report",
	"__schedule",
	"__show_regs",
	"__stack_chk_fail",
	"__switch_to",
	"__warn",
	"arm64_serror_panic",
	"check_panic_on_warn",
	"context_switch",
	"crash_kexec",
	"die",
	"dump_backtrace",
	"dump_header",
	"dump_stack",
	"dump_stack_lvl",
	"dump_stack_print_info",
	"handle_bad_stack",
	"handle_overflow",
	"io_schedule",
	"io_schedule_timeout",
	"kasan_check_range",
	"kasan_object_err",
	"kasan_report",
	"kasan_report_error",
	"kasan_report_invalid_free",
	"nmi_panic",
	"oops_end",
	"panic",
	"panic_bad_stack",
	"print_address_description",
	"print_report",
	"sched_show_task",
	"schedule",
	"schedule_preempt_disabled",
	"schedule_timeout",
	"show_regs",
	"show_stack",
	"show_stack_log_lvl",
	"show_trace",
	"ubsan_epilogue",
	"vpanic",
	"warn_slowpath_common",
	"warn_slowpath_fmt",
	"warn_slowpath_null",
};

const char *event_kind_name(enum event_kind kind)
{
	return kinds[kind].name;
}

const char *event_kind_title(enum event_kind kind)
{
	return kinds[kind].title;
}

const char *event_access_name(enum event_access access)
{
	static const char *const names[] = {
		[ACCESS_READ] = "read",
		[ACCESS_WRITE] = "write",
		[ACCESS_EXECUTE] = "execute",
	};

	return names[access];
}

const char *taint_name(char letter)
{
	return taints[letter - 'A'];
}

void event_done(struct event *event)
{
	free(event->trace);
	*event = (struct event){ EVENT_UNKNOWN };
}

void event_learn(struct event *event, const struct facts *facts, unsigned int only)
{
	struct facts *to = &event->facts;
	unsigned int added = facts->has & only & ~to->has;

	if (added & HAS_ADDRESS)
		to->address = facts->address;
	if (added & HAS_ACCESS)
		to->access = facts->access;
	if (added & HAS_FUNCTION)
		to->function = facts->function;
	if (added & HAS_PROCESS)
		memcpy(to->process, facts->process, sizeof(to->process));
	if (added & HAS_PID)
		to->pid = facts->pid;
	if (added & HAS_CPU)
		to->cpu = facts->cpu;
	if (added & HAS_TAINT)
		to->taint = facts->taint;
	if (added & HAS_KERNEL)
		memcpy(to->kernel, facts->kernel, sizeof(to->kernel));
	if (added & HAS_HARDWARE)
		memcpy(to->hardware, facts->hardware, sizeof(to->hardware));
	to->has |= added;
}

int event_add_frame(struct event *event, const struct frame *frame)
{
	if (!event->trace)
		event->trace = calloc(TRACE_MAX, sizeof(*event->trace));
	if (!event->trace)
		return -ENOMEM;
	if (event->trace_count < TRACE_MAX)
		event->trace[event->trace_count++] = *frame;
	return 0;
}

/* Is it one of the reporters, or a part that the compiler split off (panic.cold)? */
static bool is_reporter(const struct symbol *symbol)
{
	size_t n = strcspn(symbol->name, ".");

	if (strncmp(symbol->name, "__ubsan_handle_", 15) == 0 ||
	    strncmp(symbol->name, "__asan_", 7) == 0)
		return true;
	for (size_t i = 0; i < ARRAY_SIZE(reporters); i++)
		if (strlen(reporters[i]) == n && strncmp(symbol->name, reporters[i], n) == 0)
			return true;
	return false;
}

/* Drop the frames up to the last reporter in an unbroken row of them. */
static void drop_reporters(struct event *event)
{
	size_t drop = 0;

	for (size_t i = 0; i < event->trace_count; i++) {
		const struct symbol *symbol = &event->trace[i].symbol;

		/* What a function that does not return would return to is the next one. */
		if (is_reporter(symbol) || (drop > 0 && symbol->offset == 0))
			drop = i + 1;
		else if (event->trace[i].reliable)
			break;
	}
	event->trace_count -= drop;
	if (drop > 0)
		memmove(event->trace, event->trace + drop,
			event->trace_count * sizeof(*event->trace));
}

const struct symbol *event_first_place(const struct event *event)
{
	for (size_t i = 0; i < event->trace_count; i++)
		if (event->trace[i].reliable)
			return &event->trace[i].symbol;
	return event->trace_count > 0 ? &event->trace[0].symbol : NULL;
}

/* Where the event was: the innermost function that surely was active. */
static void guess_function(struct event *event)
{
	if (event->kind == EVENT_OOM || event->kind == EVENT_INIT_EXIT ||
	    event->kind == EVENT_MACHINE_CHECK)
		return; /* it was nowhere: that function did nothing wrong */
	for (size_t i = 0; i < event->trace_count; i++) {
		if (!event->trace[i].reliable)
			continue;
		event->facts.function = event->trace[i].symbol;
		event->facts.has |= HAS_FUNCTION;
		return;
	}
}

void event_finish(struct event *event)
{
	struct facts *facts = &event->facts;

	if (event->kind == EVENT_PAGE_FAULT && (facts->has & HAS_ADDRESS) &&
	    facts->address < NULL_PAGE)
		event->kind = EVENT_NULL_DEREFERENCE;
	drop_reporters(event);
	if (!(facts->has & HAS_FUNCTION) && event->severity != SEVERITY_OOPS)
		guess_function(event);
	/* Kernels before 5.4 have it follow a NULL pointer to crash. */
	if (event->severity != SEVERITY_REPORT && (facts->has & HAS_FUNCTION) &&
	    strcmp(facts->function.name, "sysrq_handle_crash") == 0)
		event->kind = EVENT_SYSRQ;
}
