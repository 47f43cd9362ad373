/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "vmcore-dmesg/recognise.h"
#include "vmcore-dmesg/scan.h"

#define ROW(pattern, role, kind)                                                                   \
	{                                                                                          \
		pattern, ROLE_##role, EVENT_##kind                                                 \
	}
#define ROW_ACCESS(pattern, role, kind, access)                                                    \
	{                                                                                          \
		pattern, ROLE_##role, EVENT_##kind, ACCESS_##access                                \
	}

/* The first that fits counts. */
static const struct recogniser beginnings[] = {
	/* x86 */
	ROW_ACCESS("kernel tried to execute", PRELUDE, PAGE_FAULT, EXECUTE),
	ROW_ACCESS("unable to execute userspace code", PRELUDE, PAGE_FAULT, EXECUTE),
	ROW("BUG: unable to handle kernel NULL pointer dereference at %a", OOPS, NULL_DEREFERENCE),
	ROW("BUG: kernel NULL pointer dereference, address: %a", OOPS, NULL_DEREFERENCE),
	ROW("BUG: unable to handle page fault for address: %a", OOPS, PAGE_FAULT),
	ROW("BUG: unable to handle kernel paging request at %a", OOPS, PAGE_FAULT),
	ROW("BUG: stack guard page was hit at %A", OOPS, STACK_OVERFLOW),
	ROW("BUG: %w stack guard page was hit at %A", OOPS, STACK_OVERFLOW),
	ROW("PANIC: double fault", OOPS, UNKNOWN),
	ROW("PANIC: early exception 0x0e IP %x:%x error %E cr2 %a", OOPS, PAGE_FAULT),
	ROW("PANIC: early exception 0x0d", OOPS, GENERAL_PROTECTION),
	ROW("PANIC: early exception", OOPS, UNKNOWN),
	/* powerpc */
	ROW_ACCESS("Kernel attempted to read user page (%x)", PRELUDE, PAGE_FAULT, READ),
	ROW_ACCESS("Kernel attempted to write user page (%x)", PRELUDE, PAGE_FAULT, WRITE),
	ROW_ACCESS("Kernel attempted to execute user page (%x)", PRELUDE, PAGE_FAULT, EXECUTE),
	ROW_ACCESS("BUG: Kernel NULL pointer dereference on read at %a", OOPS, NULL_DEREFERENCE,
		   READ),
	ROW_ACCESS("BUG: Kernel NULL pointer dereference on write at %a", OOPS, NULL_DEREFERENCE,
		   WRITE),
	ROW("BUG: Kernel NULL pointer dereference at %a", OOPS, NULL_DEREFERENCE),
	ROW_ACCESS("BUG: Unable to handle kernel data access on read at %a", OOPS, PAGE_FAULT,
		   READ),
	ROW_ACCESS("BUG: Unable to handle kernel data access on write at %a", OOPS, PAGE_FAULT,
		   WRITE),
	ROW("BUG: Unable to handle kernel data access at %a", OOPS, PAGE_FAULT),
	ROW_ACCESS("BUG: Unable to handle kernel instruction fetch", OOPS, PAGE_FAULT, EXECUTE),
	ROW("Unable to handle kernel paging request for data at address %a", OOPS, PAGE_FAULT),
	ROW_ACCESS("Unable to handle kernel paging request for instruction fetch", OOPS, PAGE_FAULT,
		   EXECUTE),
	ROW("Unable to handle kernel paging request for %* at address %a", OOPS, PAGE_FAULT),
	ROW("Bad kernel stack pointer", OOPS, STACK_CORRUPTION),
	ROW("cpu %C: Vector: 100 (System Reset)", OOPS, NMI), /* xmon's */
	ROW("cpu %C: Vector: 200 (Machine Check)", OOPS, MACHINE_CHECK),
	ROW("cpu %C: Vector: 300 (Data Access)", OOPS, PAGE_FAULT),
	ROW("cpu %C: Vector: 380 (Data ", OOPS, PAGE_FAULT),
	ROW_ACCESS("cpu %C: Vector: 400 (Instruction Access)", OOPS, PAGE_FAULT, EXECUTE),
	ROW_ACCESS("cpu %C: Vector: 480 (Instruction ", OOPS, PAGE_FAULT, EXECUTE),
	ROW("cpu %C: Vector: 700 (Program Check)", OOPS, BUG),
	ROW("cpu %C: Vector: ", OOPS, UNKNOWN),
	/* arm64, riscv */
	ROW("Unable to handle kernel NULL pointer dereference at virtual address %a", OOPS,
	    NULL_DEREFERENCE),
	ROW_ACCESS("Unable to handle kernel read %* at virtual address %a", OOPS, PAGE_FAULT, READ),
	ROW_ACCESS("Unable to handle kernel write %* at virtual address %a", OOPS, PAGE_FAULT,
		   WRITE),
	ROW_ACCESS("Unable to handle kernel execute %* at virtual address %a", OOPS, PAGE_FAULT,
		   EXECUTE),
	ROW_ACCESS("Unable to handle kernel execution %* at virtual address %a", OOPS, PAGE_FAULT,
		   EXECUTE),
	ROW("Unable to handle kernel %* at virtual address %a", OOPS, PAGE_FAULT),
	ROW("Insufficient stack space to handle exception!", OOPS, STACK_OVERFLOW),
	ROW("SError Interrupt on CPU%c", REPORT, MACHINE_CHECK),
	/* loongarch, mips */
	ROW("CPU %c Unable to handle kernel paging request at virtual address %a", OOPS,
	    PAGE_FAULT),
	/* s390 */
	ROW("Unable to handle kernel pointer dereference at %* address %a", OOPS, PAGE_FAULT),
	ROW("Unable to handle kernel pointer dereference", OOPS, PAGE_FAULT),
	ROW("Kernel stack overflow", OOPS, STACK_OVERFLOW),
	/* everywhere */
	ROW("Trigger a crash", PRELUDE, SYSRQ),
	ROW("SysRq : Trigger a crash", PRELUDE, SYSRQ),
	ROW("SysRq : Trigger a crashdump", PRELUDE, SYSRQ),
	ROW("kernel BUG at", OOPS, BUG),
	ROW("CFI failure at %f", OOPS, BUG),
	ROW("BUG: failure at", OOPS, BUG),
	ROW("WARNING: CPU: %c PID: %p at %w %f", REPORT, WARN),
	ROW("WARNING: CPU: %c PID: %p at", REPORT, WARN),
	ROW("WARNING: at %f, CPU#%c: %n/%p%$", REPORT, WARN),
	ROW("WARNING: at %w %f", REPORT, WARN),
	ROW("WARNING: %w at %f, CPU#%c: %n/%p%$", REPORT, WARN),
	ROW("WARNING: possible ", REPORT, WARN),
	ROW("WARNING: suspicious RCU usage", REPORT, WARN),
	ROW("WARNING: inconsistent lock state", REPORT, WARN),
	ROW("WARNING: bad unlock balance", REPORT, WARN),
	ROW("UBSAN: ", REPORT, WARN),
	ROW("INFO: task %n:%p blocked ", REPORT, HUNG_TASK),
	ROW("BUG: soft lockup - CPU#%c stuck for %w [%n:%p]", REPORT, SOFT_LOCKUP),
	ROW("BUG: soft lockup - CPU#%c", REPORT, SOFT_LOCKUP),
	ROW("Watchdog detected hard LOCKUP on cpu %c", REPORT, HARD_LOCKUP),
	ROW("BUG: NMI Watchdog detected LOCKUP on CPU%c", REPORT, HARD_LOCKUP),
	ROW("CPU %c self-detected hard LOCKUP @ %f", REPORT, HARD_LOCKUP),
	ROW("CPU %d detected hard LOCKUP on other CPUs %c", REPORT, HARD_LOCKUP),
	ROW("INFO: rcu%* self-detected stall on CPU { %c}", REPORT, RCU_STALL),
	ROW("INFO: rcu%* self-detected stall on CPU", REPORT, RCU_STALL),
	ROW("INFO: rcu%* detected stall on CPU %c", REPORT, RCU_STALL),
	ROW("INFO: rcu%* stalls on CPUs/tasks: { %c", REPORT, RCU_STALL),
	ROW("INFO: rcu%* stalls on CPUs/tasks:", REPORT, RCU_STALL),
	ROW("NMI received for unknown reason %x on CPU %c", REPORT, NMI),
	ROW("PCI system error (SERR) for reason %x on CPU %c", REPORT, NMI),
	ROW("IOCK error (debug interrupt?) for reason %x on CPU %c", REPORT, NMI),
	ROW("CPU %c: Machine Check Exception", REPORT, MACHINE_CHECK),
	ROW("CPU %c: Machine Check: ", REPORT, MACHINE_CHECK),
	ROW("BUG: KASAN: %* in %f", REPORT, BUG),
	ROW_ACCESS("BUG: KFENCE: %w read in %f", REPORT, BUG, READ),
	ROW_ACCESS("BUG: KFENCE: %w write in %f", REPORT, BUG, WRITE),
	ROW("BUG: KFENCE: %* in %f", REPORT, BUG),
	ROW("BUG: scheduling while atomic: %n/%p/0x", REPORT, BUG),
	ROW("BUG: Bad page state in process %n pfn:", REPORT, BUG),
	ROW("BUG: Bad page map in process %n pte:", REPORT, BUG),
	ROW("BUG: ", REPORT, BUG),
	ROW("%n invoked oom-killer:", REPORT, OOM),
};

/* The texts in front of "[#1]". Those of x86 are its traps' names. */
static const struct recogniser numbers[] = {
	ROW("general protection fault, %* address %a", NUMBER, GENERAL_PROTECTION),
	ROW("general protection fault", NUMBER, GENERAL_PROTECTION),
	ROW("stack segment", NUMBER, GENERAL_PROTECTION),
	ROW("divide error", NUMBER, DIVIDE_ERROR),
	ROW("invalid opcode", NUMBER, INVALID_OPCODE),
	ROW("kernel stack overflow", NUMBER, STACK_OVERFLOW),
	ROW("stack guard page", NUMBER, STACK_OVERFLOW),
	ROW("Oops: %x ilc", NUMBER, PAGE_FAULT), /* s390, up to "ilc" in its others */
	ROW("illegal operation", NUMBER, INVALID_OPCODE),
	ROW("operation exception", NUMBER, INVALID_OPCODE),
	ROW("privileged op", NUMBER, INVALID_OPCODE),
	ROW("monitor event", NUMBER, BUG),
	ROW("addressing exception", NUMBER, PAGE_FAULT),
	ROW("protection exception", NUMBER, PAGE_FAULT),
	ROW("fixpoint divide exception", NUMBER, DIVIDE_ERROR),
	ROW("Oops: Kernel access of bad area", NUMBER, PAGE_FAULT), /* powerpc */
	ROW("Oops: Exception in kernel mode, sig: 5", NUMBER, BUG),
	ROW("Oops: Exception in kernel mode", NUMBER, INVALID_OPCODE),
	ROW("Oops: Machine check", NUMBER, MACHINE_CHECK),
	ROW("Oops: Bad kernel stack pointer", NUMBER, STACK_CORRUPTION),
	ROW("Oops: System Reset", NUMBER, NMI),
	ROW("Internal error: Oops - BUG", NUMBER, BUG), /* arm64 */
	ROW("Internal error: Oops - CFI", NUMBER, BUG),
	ROW("Internal error: Oops - Undefined instruction", NUMBER, INVALID_OPCODE),
	ROW("Internal error: undefined instruction", NUMBER, INVALID_OPCODE),
	ROW("Internal error: synchronous", NUMBER, MACHINE_CHECK),
	ROW("Internal error: kernel stack overflow", NUMBER, STACK_OVERFLOW),
	ROW("Internal error: Oops: %M [#", NUMBER, PAGE_FAULT),
	ROW("Internal error: BRK handler", NUMBER, BUG),
	ROW("Internal error: UBSAN", NUMBER, BUG),
	ROW("Internal error: Accessing user space memory", NUMBER, PAGE_FAULT),
	ROW("Kernel BUG", NUMBER, BUG), /* riscv */
	ROW("Oops - illegal instruction", NUMBER, INVALID_OPCODE),
	ROW("Oops - ", NUMBER, PAGE_FAULT),
	ROW("Oops [#", NUMBER, PAGE_FAULT),
	ROW("Oops[#", NUMBER, PAGE_FAULT),
	ROW("Oops: %E [#", NUMBER, PAGE_FAULT), /* x86 */
	ROW("", NUMBER, UNKNOWN),
};

#define FACT(pattern)                ROW(pattern, FACT, UNKNOWN)
#define FACT_OF(pattern, kind)       ROW(pattern, FACT, kind)
#define FACT_ACCESS(pattern, access) ROW_ACCESS(pattern, FACT, UNKNOWN, access)
#define FACT_CHANGES(pattern, kind, new_kind)                                                      \
	{                                                                                          \
		pattern, ROLE_FACT, EVENT_##kind, ACCESS_UNKNOWN, EVENT_##new_kind                 \
	}

static const struct recogniser parts[] = {
	/* lib/dump_stack.c, newest first; then what architectures had before it */
	FACT("CPU: %c UID: %d PID: %p Comm: %n %t"),
	FACT("CPU: %c PID: %p Comm: %n %t"),
	FACT("Pid: %p, comm: %n %m"),
	FACT("CPU: %c %t"),
	FACT("CPU %c%$"),
	FACT("Process %n (pid: %p"),
	FACT("TASK = %x[%p] '%n' THREAD: %x CPU: %c"),
	FACT("TASK: %x[%p] '%n' THREAD: %x CPU: %c"),
	FACT("NMI backtrace for cpu %c"),
	FACT("Hardware name: %h"),
	FACT("%t"),
	FACT("REGS: %x TRAP: %x %t"),
	/* x86 */
	FACT("RIP: 0010:%f"),
	FACT("RIP: 0010:[<%x>] [<%x>] %f"),
	FACT_ACCESS("RIP: 0010:0x", EXECUTE),
	FACT("RIP: e030:%f"),
	FACT("RIP: e030:[<%x>] [<%x>] %f"),
	FACT("IP: [<%x>] %f"),
	FACT("IP: %f"),
	FACT("RIP [<%x>] %f"),
	FACT("RIP: %f"),
	FACT("EIP is at %f"),
	FACT("EIP: %x:[<%x>] EFLAGS: %x CPU: %c"),
	FACT("EIP: [<%x>] %f"),
	FACT("EIP: %f"),
	FACT("RIP %x:<%x> {%f}"),
	FACT("RIP !INEXACT! %x:<%x> {%f}"),
	FACT_OF("TSC %x ADDR %a", MACHINE_CHECK),
	FACT_OF("CR2: %a", PAGE_FAULT),
	FACT_OF("CR2: %a", STACK_OVERFLOW),
	FACT_ACCESS("#PF: %w read access", READ),
	FACT_ACCESS("#PF: %w write access", WRITE),
	FACT_ACCESS("#PF: %w instruction fetch", EXECUTE),
	FACT_CHANGES("KASAN: null-ptr-deref in range [%a", GENERAL_PROTECTION, NULL_DEREFERENCE),
	/* arm64 */
	FACT("ESR = %M"),
	FACT("ESR: %M"),
	FACT_OF("FAR: %a", STACK_OVERFLOW),
	FACT_ACCESS("CM = %d, WnR = 1", WRITE),
	FACT_ACCESS("CM = %d, WnR = 0", READ),
	FACT("pc : %f"),
	FACT("PC is at %f"),
	/* riscv */
	FACT("epc : %f"),
	FACT("status: %x badaddr: %x cause: %R"),
	/* loongarch, mips */
	FACT("ERA: %x %f"),
	FACT("epc : %x %f"),
	/* powerpc */
	FACT("NIP [%x] %f"),
	FACT_OF("%*DSISR: %D", PAGE_FAULT),
	FACT("pc: %x: %f"), /* xmon */
	FACT_OF("dar: %a", PAGE_FAULT),
	FACT_OF("dsisr: %D", PAGE_FAULT),
	FACT("pid = %p, comm = %n%$"),
	ROW("enter ? for help", TRACE, UNKNOWN),
	FACT_OF("Faulting instruction address: %a", PAGE_FAULT),
	/* s390 */
	FACT_OF("Failing address: %a TEID: %T", PAGE_FAULT),
	FACT("Krnl PSW : %x %x (%f)"),
	/* reports of some kinds */
	FACT_OF("%c-%w (", RCU_STALL),
	{ "Read at addr %a by task %n/%p%$", ROLE_FACT, EVENT_BUG, ACCESS_READ },
	{ "Write at addr %a by task %n/%p%$", ROLE_FACT, EVENT_BUG, ACCESS_WRITE },
	{ "Read of size %d at addr %a by task %n/%p%$", ROLE_FACT, EVENT_BUG, ACCESS_READ },
	{ "Write of size %d at addr %a by task %n/%p%$", ROLE_FACT, EVENT_BUG, ACCESS_WRITE },
	ROW("Use-after-free %w at %a", TRACE, BUG),
	ROW("Out-of-bounds %w at %a", TRACE, BUG),
	ROW("Invalid read at %a", TRACE, BUG),
	ROW("Invalid write at %a", TRACE, BUG),
	ROW("Invalid free of %a", TRACE, BUG),
	ROW("Corrupted memory at %a", TRACE, BUG),

	ROW("Call Trace:", TRACE, UNKNOWN),
	ROW("Call trace:", TRACE, UNKNOWN),
	ROW("Code:", TRACE_END, UNKNOWN),
	ROW("Allocated by", TRACE_END, UNKNOWN),
	ROW("Freed by", TRACE_END, UNKNOWN),
	ROW("Last potentially related work", TRACE_END, UNKNOWN),
	ROW("The buggy address", TRACE_END, UNKNOWN),
	ROW("kfence-#", TRACE_END, UNKNOWN),
	ROW("Modules linked in:", TRACE_END, UNKNOWN),
	ROW("Last Breaking-Event-Address:", TRACE_END, UNKNOWN),
	ROW("Instruction dump:", TRACE_END, UNKNOWN),
	ROW("Sending NMI from CPU", TRACE_END, UNKNOWN),
	ROW("Mem-Info:", TRACE_END, UNKNOWN),
	ROW("---[ end trace", END, UNKNOWN),
	ROW("---[ end Kernel panic", END, UNKNOWN),
};

/* Names of subsystems in front of messages, which have come and gone. */
static const char *const subsystems[] = {
	"watchdog: ", "NMI watchdog: ", "rcu: ", "mce: ",   "[Hardware Error]: ",
	"traps: ",    "sysrq: ",        "NMI: ", "Uhhuh. ",
};

static const char *skip_blanks(const char *text)
{
	return text + strspn(text, " ");
}

/* Behind "watchdog: " and its like, which came and went. */
static const char *skip_subsystem(const char *text)
{
	bool found;

	text = skip_blanks(text);
	do {
		found = false;
		for (size_t i = 0; i < ARRAY_SIZE(subsystems) && !found; i++) {
			size_t n = strlen(subsystems[i]);

			if (strncmp(text, subsystems[i], n) != 0)
				continue;
			text = skip_blanks(text + n);
			found = true;
		}
	} while (found);
	return text;
}

/* "CPU3: Watchdog detected ...", since 6.5 */
static const char *skip_cpu(const char *text)
{
	const char *p = text;

	if (strncmp(p, "CPU", 3) != 0)
		return text;
	p += 3 + strspn(p + 3, "0123456789");
	return strncmp(p, ": Watchdog", 10) == 0 ? p + 2 : text;
}

/* Does a part of events of @fact's kind concern one of @kind? */
static bool is_of(enum event_kind fact, enum event_kind kind)
{
	if (fact == EVENT_PAGE_FAULT)
		return kind == fact || kind == EVENT_NULL_DEREFERENCE || kind == EVENT_SYSRQ;
	return fact == EVENT_UNKNOWN || fact == kind;
}

/* The row that fits; what it stands for is added to what the line says. */
static const struct recogniser *find(const struct recogniser *rows, size_t count, const char *text,
				     enum event_kind kind, struct facts *facts)
{
	for (size_t i = 0; i < count; i++) {
		const struct recogniser *row = &rows[i];
		char first = row->pattern[0];

		if (first && first != '%' && first != text[0])
			continue;
		if (row->role >= ROLE_FACT && !is_of(row->kind, kind))
			continue;
		if (!scan(text, row->pattern, facts))
			continue;
		if (row->access != ACCESS_UNKNOWN) {
			facts->access = row->access;
			facts->has |= HAS_ACCESS;
		}
		return row;
	}
	return NULL;
}

/* Is there a "[#1]" in it? */
static bool is_numbered(const char *text)
{
	const char *p = strstr(text, "[#");

	return p && p[2] >= '1' && p[2] <= '9' && p[2 + strspn(p + 2, "0123456789")] == ']';
}

const struct recogniser *recognise_beginning(const char *text, struct facts *facts)
{
	text = skip_cpu(skip_subsystem(text));
	if (is_numbered(text)) {
		/* Since 6.10, x86 has "Oops: " in front of all of them. */
		if (strncmp(text, "Oops: Oops: ", 12) == 0 ||
		    (strncmp(text, "Oops: ", 6) == 0 && text[6] >= 'a' && text[6] <= 'z' &&
		     !scan(text, "Oops: %x [#", facts)))
			text += 6;
		return find(numbers, ARRAY_SIZE(numbers), text, EVENT_UNKNOWN, facts);
	}
	return find(beginnings, ARRAY_SIZE(beginnings), text, EVENT_UNKNOWN, facts);
}

const struct recogniser *recognise_part(const char *text, enum event_kind kind, struct facts *facts)
{
	return find(parts, ARRAY_SIZE(parts), skip_subsystem(text), kind, facts);
}

bool recognise_boot(const char *text, struct facts *facts)
{
	return text[0] == 'L' && scan(text, "Linux version %r", facts);
}
