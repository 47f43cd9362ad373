/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/file.h"

#include "kdump/knobs.h"
#include "kdump/nearest.h"

#define PARAMETERS "/sys/module/kernel/parameters/"
#define SYSCTLS    "/proc/sys/"

enum {
	SECONDS_MAX = 2147483, /* what a 32-bit kernel can count in 1/1000 s */
	PRINT_BITS = 255,
	SYSRQ_BITS = 511,
	THRESH_MAX = 60,
};

/* What panic_sys_info and its like may print: lib/sys_info.c of Linux. */
static const char *const information[] = { "tasks",  "mem",    "timers",       "locks",
					   "ftrace", "all_bt", "blocked_tasks" };

#define SWITCH KNOB_NUMBER, 0, 1
#define COUNT  KNOB_NUMBER, 0, INT32_MAX
#define WORDS  KNOB_WORDS, 0, 0

/* Names and values: Documentation/admin-guide/sysctl/kernel.rst and vm.rst of Linux. */
static const struct knob knobs[] = {
	{ "kernel.panic",
	  KNOB_NUMBER,
	  -1,
	  SECONDS_MAX,
	  NULL,
	  "10",
	  { { -1, "after a panic that is not captured the machine restarts at once" },
	    { 0, "after a panic that is not captured the machine stands still" },
	    { 1, "after a panic that is not captured the machine restarts, @ s later" } } },
	{ "kernel.panic_on_oops",
	  SWITCH,
	  NULL,
	  "1",
	  { { 0, "after a fault of its own (an oops) the kernel tries to go on" },
	    { 1, "a fault of the kernel's own (an oops) is a panic" } } },
	{ "kernel.oops_limit",
	  COUNT,
	  "6.2",
	  NULL,
	  { { 0, "there may be any number of oopses" }, { 1, "oops number @ is a panic" } } },
	{ "kernel.panic_on_warn",
	  SWITCH,
	  NULL,
	  "0",
	  { { 0, "a warning of the kernel is logged" },
	    { 1, "a warning of the kernel is a panic" } } },
	{ "kernel.warn_limit",
	  COUNT,
	  "6.2",
	  NULL,
	  { { 0, "there may be any number of warnings" }, { 1, "warning number @ is a panic" } } },
	{ "vm.panic_on_oom",
	  KNOB_NUMBER,
	  0,
	  2,
	  NULL,
	  "0",
	  { { 0, "when memory runs out a process is killed" },
	    { 1, "when memory runs out it is a panic, unless only a cpuset's or policy's did" },
	    { 2, "when memory runs out it is a panic, whoever's it was" } } },
	{ "kernel.hung_task_timeout_secs",
	  KNOB_NUMBER,
	  0,
	  SECONDS_MAX,
	  NULL,
	  "120",
	  { { 0, "hung tasks are not looked for" },
	    { 1, "a task is hung when it has waited for @ s and cannot be interrupted" } } },
	{ "kernel.hung_task_panic",
	  COUNT,
	  NULL,
	  NULL,
	  { { 0, "a hung task is logged" },
	    { 1, "a hung task is a panic" },
	    { 2, "@ tasks that are hung at a time are a panic" } } },
	{ "kernel.watchdog_thresh",
	  KNOB_NUMBER,
	  0,
	  THRESH_MAX,
	  NULL,
	  "10",
	  { { 0, "lockups are not looked for" },
	    { 1, "a hard lockup lasts @ s, a soft one twice that" } } },
	{ "kernel.softlockup_panic",
	  COUNT,
	  NULL,
	  NULL,
	  { { 0, "a CPU that does not leave the kernel (a soft lockup) is logged" },
	    { 1, "a CPU that does not leave the kernel (a soft lockup) is a panic" },
	    { 2, "a soft lockup is a panic when it lasts @ times as long" } } },
	{ "kernel.nmi_watchdog",
	  SWITCH,
	  NULL,
	  NULL,
	  { { 0, "hard lockups are not looked for" }, { 1, "hard lockups are looked for" } } },
	{ "kernel.hardlockup_panic",
	  SWITCH,
	  NULL,
	  "1",
	  { { 0, "a CPU that takes no interrupts (a hard lockup) is logged" },
	    { 1, "a CPU that takes no interrupts (a hard lockup) is a panic" } } },
	{ "kernel.panic_on_rcu_stall",
	  SWITCH,
	  "4.8",
	  NULL,
	  { { 0, "a CPU that holds up RCU (a stall) is logged" },
	    { 1, "a CPU that holds up RCU (a stall) is a panic" } } },
	{ "kernel.max_rcu_stall_to_panic",
	  COUNT,
	  "5.11",
	  NULL,
	  { { 0, "if stalls are a panic, the first one is" },
	    { 1, "if stalls are a panic, number @ is" } } },
	{ "kernel.unknown_nmi_panic",
	  SWITCH,
	  NULL,
	  NULL,
	  { { 0, "an NMI that nobody claims, as of a server's dump button, is logged" },
	    { 1, "an NMI that nobody claims, as of a server's dump button, is a panic" } } },
	{ "kernel.panic_on_unrecovered_nmi",
	  SWITCH,
	  NULL,
	  "1",
	  { { 0, "an NMI that tells of damaged memory or has no known reason is logged" },
	    { 1, "an NMI that tells of damaged memory or has no known reason is a panic" } } },
	{ "kernel.panic_on_io_nmi",
	  SWITCH,
	  NULL,
	  "1",
	  { { 0, "an NMI that tells of an error in input or output is logged" },
	    { 1, "an NMI that tells of an error in input or output is a panic" } } },
	{ "kernel.panic_on_stackoverflow",
	  SWITCH,
	  NULL,
	  "1",
	  { { 0, "a kernel stack that overflows is logged" },
	    { 1, "a kernel stack that overflows is a panic" } } },
	{ "kernel.oops_all_cpu_backtrace",
	  SWITCH,
	  "5.9",
	  NULL,
	  { { 0, "an oops logs the trace of its own CPU" },
	    { 1, "an oops logs the traces of all CPUs" } } },
	{ "kernel.softlockup_all_cpu_backtrace",
	  SWITCH,
	  NULL,
	  NULL,
	  { { 0, "a soft lockup logs the trace of its own CPU" },
	    { 1, "a soft lockup logs the traces of all CPUs" } } },
	{ "kernel.hardlockup_all_cpu_backtrace",
	  SWITCH,
	  "4.4",
	  NULL,
	  { { 0, "a hard lockup logs the trace of its own CPU" },
	    { 1, "a hard lockup logs the traces of all CPUs" } } },
	{ "kernel.hung_task_all_cpu_backtrace",
	  SWITCH,
	  "5.9",
	  NULL,
	  { { 0, "a hung task logs its own trace" },
	    { 1, "a hung task logs the traces of all CPUs" } } },
	{ "kernel.panic_print",
	  KNOB_NUMBER,
	  0,
	  PRINT_BITS,
	  "5.0",
	  "0",
	  { { 0, "a panic logs no more than usual" },
	    { 1, "a panic logs more about the system, as the bits of @ say" } } },
	{ "kernel.panic_sys_info",
	  WORDS,
	  "6.17",
	  "",
	  { { 0, "a panic logs no more than usual" }, { 1, "a panic also logs @" } } },
	{ "kernel.hung_task_sys_info",
	  WORDS,
	  "6.19",
	  NULL,
	  { { 0, "a hung task logs what kernel_sys_info says" },
	    { 1, "a hung task also logs @" } } },
	{ "kernel.softlockup_sys_info",
	  WORDS,
	  "6.19",
	  NULL,
	  { { 0, "a soft lockup logs what kernel_sys_info says" },
	    { 1, "a soft lockup also logs @" } } },
	{ "kernel.hardlockup_sys_info",
	  WORDS,
	  "6.19",
	  NULL,
	  { { 0, "a hard lockup logs what kernel_sys_info says" },
	    { 1, "a hard lockup also logs @" } } },
	{ "kernel.kernel_sys_info",
	  WORDS,
	  "6.19",
	  NULL,
	  { { 0, "nothing more is logged where nothing else is set" },
	    { 1, "where nothing else is set, @ is logged" } } },
	{ "kernel.sysrq",
	  KNOB_NUMBER,
	  0,
	  SYSRQ_BITS,
	  NULL,
	  NULL,
	  { { 0, "the SysRq key does nothing" },
	    { 1, "the SysRq key can do everything, also crash the kernel" },
	    { 2, "the SysRq key can do what the bits of @ say; 8 is to crash" } } },
	{ "crash_kexec_post_notifiers",
	  KNOB_PARAMETER,
	  0,
	  1,
	  NULL,
	  "N",
	  { { 0, "a panic goes straight to the capture kernel" },
	    { 1, "a panic first runs what drivers have asked for, where it may hang" } } },
};

const struct knob *knob_table(size_t *ret_count)
{
	*ret_count = ARRAY_SIZE(knobs);
	return knobs;
}

const char *knob_name(const struct knob *knob)
{
	const char *dot = strrchr(knob->key, '.');

	return dot ? dot + 1 : knob->key;
}

void knob_path(const struct knob *knob, char ret[static KNOB_PATH_MAX])
{
	if (knob->kind == KNOB_PARAMETER) {
		snprintf(ret, KNOB_PATH_MAX, PARAMETERS "%s", knob->key);
		return;
	}
	snprintf(ret, KNOB_PATH_MAX, SYSCTLS "%s", knob->key);
	for (char *p = ret; *p; p++)
		if (*p == '.')
			*p = '/';
}

int knob_find(const char *name, const struct knob **ret, struct err *err)
{
	const char *best = NULL;

	for (size_t i = 0; i < ARRAY_SIZE(knobs); i++) {
		const char *known = knob_name(&knobs[i]);

		if (strcmp(known, name) == 0 || strcmp(knobs[i].key, name) == 0) {
			*ret = &knobs[i];
			return 0;
		}
		if (nearest_is_better(name, known, best))
			best = known;
	}
	err_set(err, -ENOENT, "there is no panic setting called '%s'", name);
	if (best)
		return err_hint(err, -ENOENT, "Did you mean '%s'?", best);
	return err_hint(err, -ENOENT, "kdumpctl panic lists them.");
}

int knob_read(const struct sysroot *root, const struct knob *knob, char ret[static KNOB_VALUE_MAX],
	      struct err *err)
{
	_cleanup_free_ char *text = NULL;
	char path[KNOB_PATH_MAX];
	int r;

	knob_path(knob, path);
	r = sysroot_read(root, path, KNOB_VALUE_MAX - 1, &text, NULL, err);
	if (r < 0)
		return r;
	text[strcspn(text, "\n")] = '\0';
	memcpy(ret, text, strlen(text) + 1);
	return 0;
}

int knob_write(const struct sysroot *root, const struct knob *knob, const char *value,
	       struct err *err)
{
	_cleanup_close_ int fd = -1;
	char path[KNOB_PATH_MAX], line[KNOB_VALUE_MAX + 1];
	int n = snprintf(line, sizeof(line), "%s\n", value), r;

	knob_path(knob, path);
	fd = sysroot_open(root, path, O_WRONLY | O_TRUNC);
	r = fd < 0 ? fd : file_write_all(fd, line, (size_t)n);
	if (r == 0)
		return 0;
	err_errno(err, r, "cannot set %s to '%s'", path, value);
	if (r == -EACCES || r == -EPERM)
		err_hint(err, r, "Run it as root.");
	else if (r == -EINVAL)
		err_hint(err, r, "This kernel does not know that value.");
	return r;
}

/* A decimal number, with a sign perhaps. */
static bool read_number(const char *text, int64_t *ret)
{
	char *end;

	if (!text[0] ||
	    strspn(text + (text[0] == '-'), "0123456789") != strlen(text + (text[0] == '-')))
		return false;
	errno = 0;
	*ret = strtoll(text, &end, 10);
	return errno == 0 && end > text && !*end;
}

static bool is_information(const char *word, size_t len)
{
	for (size_t i = 0; i < ARRAY_SIZE(information); i++)
		if (strlen(information[i]) == len && strncmp(word, information[i], len) == 0)
			return true;
	return false;
}

static int check_words(const struct knob *knob, const char *value, struct err *err)
{
	for (const char *p = value; *p;) {
		size_t len = strcspn(p, ",");

		if (!is_information(p, len) || (p[len] && !p[len + 1])) {
			err_set(err, -EINVAL, "%s cannot be '%s'", knob_name(knob), value);
			return err_hint(err, -EINVAL,
					"It takes words with commas between them, of tasks, mem, "
					"timers, locks, ftrace, all_bt and blocked_tasks.");
		}
		p += len + (p[len] == ',');
	}
	return 0;
}

int knob_check(const struct knob *knob, const char *value, struct err *err)
{
	int64_t number;

	if (knob->kind == KNOB_PARAMETER) {
		err_set(err, -EINVAL, "%s is not set here", knob->key);
		return err_hint(err, -EINVAL,
				"It belongs on the kernel's command line: add %s to it, or take it "
				"away, and reboot.",
				knob->key);
	}
	if (knob->kind == KNOB_WORDS)
		return check_words(knob, value, err);
	if (read_number(value, &number) && number >= knob->min && number <= knob->max)
		return 0;
	err_set(err, -EINVAL, "%s cannot be '%s'", knob_name(knob), value);
	if (knob->max - knob->min == 1)
		return err_hint(err, -EINVAL, "It is %" PRId64 " or %" PRId64 ".", knob->min,
				knob->max);
	return err_hint(err, -EINVAL, "It is a number from %" PRId64 " to %" PRId64 ".", knob->min,
			knob->max);
}

/* A value as the table's @from counts it. */
static int64_t rank(const struct knob *knob, const char *value)
{
	int64_t number = 0;

	if (knob->kind == KNOB_WORDS)
		return value[0] ? 1 : 0;
	if (knob->kind == KNOB_PARAMETER)
		return value[0] == 'Y' || value[0] == '1';
	return read_number(value, &number) ? number : 0;
}

void knob_meaning(const struct knob *knob, const char *value, char ret[static KNOB_MEANING_MAX])
{
	const char *text = knob->says[0].text, *at;
	int64_t number = rank(knob, value);

	for (size_t i = 1; i < KNOB_MEANINGS && knob->says[i].text; i++)
		if (number >= knob->says[i].from)
			text = knob->says[i].text;
	at = strchr(text, '@');
	if (at)
		snprintf(ret, KNOB_MEANING_MAX, "%.*s%s%s", (int)(at - text), text, value, at + 1);
	else
		snprintf(ret, KNOB_MEANING_MAX, "%s", text);
}
