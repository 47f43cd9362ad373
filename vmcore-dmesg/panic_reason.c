/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "vmcore-dmesg/panic_reason.h"
#include "vmcore-dmesg/scan.h"
#include "vmcore-dmesg/take.h"

static const struct panic_row panics[] = {
	{ "%*Fatal exception", LINK_OOPS, EVENT_PANIC },
	{ "%*panic_on_warn set", LINK_NEWEST, EVENT_WARN },
	{ "kasan.fault=panic set", LINK_KIND, EVENT_BUG },
	{ "%*system warned too often", LINK_NEWEST, EVENT_WARN },
	{ "hung_task: ", LINK_KIND, EVENT_HUNG_TASK },
	{ "softlockup: ", LINK_KIND, EVENT_SOFT_LOCKUP },
	{ "Watchdog detected hard LOCKUP on cpu %c", LINK_KIND, EVENT_HARD_LOCKUP },
	{ "Hard LOCKUP", LINK_KIND, EVENT_HARD_LOCKUP },
	{ "nmi watchdog", LINK_KIND, EVENT_HARD_LOCKUP },
	{ "RCU Stall", LINK_KIND, EVENT_RCU_STALL },
	{ "Out of memory", LINK_KIND, EVENT_OOM },
	{ "out of memory", LINK_KIND, EVENT_OOM },
	{ "System is deadlocked on memory", LINK_KIND, EVENT_OOM },
	{ "NMI", LINK_KIND, EVENT_NMI },
	{ "An NMI occurred", LINK_KIND, EVENT_NMI },
	{ "System Reset", LINK_KIND, EVENT_NMI },
	{ "Fatal local machine check", LINK_KIND, EVENT_MACHINE_CHECK },
	{ "Fatal machine check", LINK_KIND, EVENT_MACHINE_CHECK },
	{ "Fatal Machine check", LINK_KIND, EVENT_MACHINE_CHECK },
	{ "Machine check", LINK_KIND, EVENT_MACHINE_CHECK },
	{ "Uncorrected machine check", LINK_KIND, EVENT_MACHINE_CHECK },
	{ "Unrecoverable Machine check", LINK_KIND, EVENT_MACHINE_CHECK },
	{ "Unrecoverable machine check", LINK_KIND, EVENT_MACHINE_CHECK },
	{ "Timeout: Not all CPUs entered broadcast exception", LINK_KIND, EVENT_MACHINE_CHECK },
	{ "Fatal hardware error", LINK_KIND, EVENT_MACHINE_CHECK },
	{ "Memory error not recovered", LINK_KIND, EVENT_MACHINE_CHECK },
	{ "Uncorrected hardware memory error", LINK_KIND, EVENT_MACHINE_CHECK },
	{ "EDAC ", LINK_KIND, EVENT_MACHINE_CHECK },
	{ "Asynchronous SError Interrupt", LINK_KIND, EVENT_MACHINE_CHECK },
	{ "stack-protector: Kernel stack is corrupted in: %f", LINK_NONE, EVENT_STACK_CORRUPTION },
	{ "stack-protector: ", LINK_NONE, EVENT_STACK_CORRUPTION },
	{ "corrupted stack end detected", LINK_NONE, EVENT_STACK_CORRUPTION },
	{ "kernel stack overflow", LINK_NONE, EVENT_STACK_OVERFLOW },
	{ "Kernel stack overflow", LINK_NONE, EVENT_STACK_OVERFLOW },
	{ "low stack detected", LINK_NONE, EVENT_STACK_OVERFLOW },
	{ "Attempted to kill init", LINK_NONE, EVENT_INIT_EXIT },
	{ "sysrq triggered crash", LINK_NONE, EVENT_SYSRQ },
	{ "", LINK_NONE, EVENT_PANIC },
};

/* What a kernel says while it stops, and hands over to the crash kernel. */
static const char *const last_words[] = {
	"SMP: stopping secondary CPUs",
	"SMP: failed to stop secondary CPUs",
	"Starting crashdump kernel",
	"Bye!",
	"Kernel Offset:",
	"CPU features:",
	"Memory Limit:",
	"PHYS_OFFSET:",
	"Shutting down cpus with NMI",
	"Sending IPI to other CPUs",
	"IPI complete",
	"kexec: ",
	"Dumping ftrace buffer",
	"Rebooting in",
};

const struct panic_row *recognise_panic(const char *text, struct facts *facts)
{
	static const char panic[] = "Kernel panic - not syncing";

	skip_blanks(&text);
	if (strncmp(text, panic, sizeof(panic) - 1) != 0)
		return NULL;
	text += sizeof(panic) - 1;
	text += strspn(text, " :-");
	for (size_t i = 0; i < ARRAY_SIZE(panics); i++)
		if (scan(text, panics[i].pattern, facts))
			return &panics[i];
	return NULL;
}

bool recognise_last_words(const char *text)
{
	for (size_t i = 0; i < ARRAY_SIZE(last_words); i++)
		if (strncmp(text, last_words[i], strlen(last_words[i])) == 0)
			return true;
	return false;
}
