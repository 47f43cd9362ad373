/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/cmdline.h"
#include "lib/number.h"

#include "kdump/capcmdline.h"
#include "kdump/watchdogs.h"

enum {
	CMDLINE_MAX = 64 << 10, /* bytes of /proc/cmdline; kernels take 4096 or less */
	VENDOR_MAX = 256,       /* bytes of a DMI string's file */
};

/*
 * Gone in any case: the reservation, which a capture kernel must not make again; the root
 * and whatever leads to it, as the image brings its own target; other first programs.
 */
static const char *const always_gone[] = {
	"crashkernel", "panic_on_warn", "root",   "rd.lvm.lv",       "rd.luks.uuid",
	"rd.dm.uuid",  "rd.md.uuid",    "fcoe",   "netroot",         "rd.iscsi.initiator",
	"init",        "rdinit",        "initrd", "iscsi_initiator",
};

/*
 * And from a line for an image of dracut's: what says how to get to the root, or not to, and
 * what ends in a shell. A capture kernel's storage is in the image's own configuration.
 */
#define DRACUT_GONE                                                                                \
	" rootflags rootfstype resume netroot rd.auto rd.luks rd.luks.name rd.lvm rd.lvm.vg "      \
	"rd.md rd.dm rd.shell rdshell rd.break rdbreak rd.emergency rd.systemd.unit"
/* There is no root to be found; and should an emergency not end in our hands, in a restart. */
#define DRACUT_ADDED "rd.systemd.gpt_auto=no rd.emergency=reboot"

static bool is_gone(const struct cmdline_word *word, void *ctx)
{
	const char *remove = ctx;
	struct cmdline_word r;

	for (size_t i = 0; i < ARRAY_SIZE(always_gone); i++)
		if (cmdline_word_is(word, always_gone[i]))
			return true;
	while (cmdline_next(&remove, &r))
		if (r.name_len == word->name_len && memcmp(r.text, word->text, r.name_len) == 0)
			return true;
	return false;
}

int capcmdline_edit(const char *base, const char *remove, const char *append, char **ret)
{
	_cleanup_free_ char *kept = NULL;
	char *line;
	int r = cmdline_without(base, is_gone, (void *)remove, &kept);

	if (r < 0)
		return r;
	append += strspn(append, " \t\n");
	if (asprintf(&line, "%s%s%s", kept, kept[0] && append[0] ? " " : "", append) < 0)
		return -ENOMEM;
	*ret = line;
	return 0;
}

/*
 * "initial apicid : N" of the first processor, which is the boot CPU (arch/x86/kernel/cpu/
 * proc.c). Return: 0, or -ENOENT on machines without one.
 */
static int boot_apicid(const char *cpuinfo, uint64_t *ret)
{
	static const char key[] = "initial apicid";
	const char *end = strstr(cpuinfo, "\n\n");
	const char *p = strstr(cpuinfo, key);
	char digits[24];

	if (!p || (end && p > end))
		return -ENOENT;
	p += sizeof(key) - 1;
	p += strspn(p, " \t:");
	snprintf(digits, sizeof(digits), "%.*s", (int)strcspn(p, "\n"), p);
	return number_parse(digits, 10, ret);
}

/*
 * A crash may happen on any CPU, and starting the boot CPU from another one resets the
 * machine; so the capture kernel is told to leave it alone (admin-guide/kdump/kdump.rst).
 */
static int add_apicid(const struct sysroot *root, char **line, struct err *err)
{
	_cleanup_free_ char *cpuinfo = NULL, *given = NULL;
	char word[sizeof("disable_cpu_apicid=") + 20]; /* digits of a 64-bit number */
	uint64_t apicid;
	int r = cmdline_value(*line, "disable_cpu_apicid", &given);

	if (r < 0)
		return err_oom(err);
	if (r == 1)
		return 0;
	r = sysroot_read(root, "/proc/cpuinfo", CAPCMDLINE_CPUINFO_MAX, &cpuinfo, NULL, err);
	if (r == -ENOENT)
		return 0;
	if (r < 0)
		return r;
	if (boot_apicid(cpuinfo, &apicid) < 0)
		return 0;
	snprintf(word, sizeof(word), "disable_cpu_apicid=%ju", (uintmax_t)apicid);
	return cmdline_add(line, word, err);
}

static int add_watchdogs(const struct sysroot *root, char **line, struct err *err)
{
	_cleanup_(strv_done) struct strv words = { NULL };
	int r = watchdogs_words(root, &words, err);

	for (size_t i = 0; r == 0 && i < words.n; i++)
		r = cmdline_add(line, words.v[i], err);
	return r;
}

static bool is_irqpoll(const struct cmdline_word *word, void *ctx _unused_)
{
	return cmdline_word_is(word, "irqpoll");
}

/* On Amazon's ARM machines interrupts get lost with irqpoll, and the capture with them. */
static int drop_irqpoll(const struct sysroot *root, const struct archdefaults *arch, char **line,
			struct err *err)
{
	static const char vendor[] = "Amazon EC2";
	_cleanup_free_ char *text = NULL;
	char *shorter;

	if (!arch->machine || strcmp(arch->machine, "aarch64") != 0 ||
	    sysroot_read(root, "/sys/devices/virtual/dmi/id/sys_vendor", VENDOR_MAX, &text, NULL,
			 NULL) < 0 ||
	    strncmp(text, vendor, strlen(vendor)) != 0)
		return 0;
	if (cmdline_without(*line, is_irqpoll, NULL, &shorter) < 0)
		return err_oom(err);
	free(*line);
	*line = shorter;
	return 0;
}

int capcmdline_compose(const struct sysroot *root, const struct sysconfig *config,
		       enum imagebuilder builder, char **ret, struct err *err)
{
	const char *base = config->commandline;
	bool dracut = builder == IMAGEBUILDER_DRACUT;
	_cleanup_free_ char *running = NULL, *line = NULL, *remove = NULL;
	int r;

	if (asprintf(&remove, "%s%s", config->commandline_remove, dracut ? DRACUT_GONE : "") < 0) {
		remove = NULL;
		return err_oom(err);
	}
	if (!base[0]) {
		r = sysroot_read(root, "/proc/cmdline", CMDLINE_MAX, &running, NULL, err);
		if (r < 0)
			return r;
		base = running;
	}
	if (capcmdline_edit(base, remove, config->commandline_append, &line) < 0)
		return err_oom(err);
	r = dracut ? cmdline_add(&line, DRACUT_ADDED, err) : 0;
	if (r == 0)
		r = add_apicid(root, &line, err);
	if (r == 0)
		r = add_watchdogs(root, &line, err);
	if (r == 0)
		r = drop_irqpoll(root, config->arch, &line, err);
	if (r == 0)
		*ret = TAKE_PTR(line);
	return r;
}
