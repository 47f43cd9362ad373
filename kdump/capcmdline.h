/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The capture kernel's command line: that of the running kernel (or a given one), without
 * what would only do harm in a capture kernel, and with what it needs.
 */
#ifndef KDUMP_CAPCMDLINE_H
#define KDUMP_CAPCMDLINE_H

#include "lib/attrs.h"
#include "lib/err.h"
#include "lib/sysroot.h"

#include "kdump/imagebuilder.h"
#include "kdump/sysconfig.h"

enum { CAPCMDLINE_CPUINFO_MAX = 64 << 20 }; /* bytes of /proc/cpuinfo: 4096 big CPUs */

/**
 * capcmdline_edit() - compose a command line from its parts.
 * @base: words to start from; words that always go, and those whose name is the name of
 *	a word in @remove (which may carry a value), are left out.
 * @append: added as it is.
 * @ret: malloc()ed, words of @base parted by single blanks; the caller frees.
 * Return: 0 or -ENOMEM.
 */
_must_check_ int capcmdline_edit(const char *base, const char *remove, const char *append,
				 char **ret);

/**
 * capcmdline_compose() - capcmdline_edit() with what @config and the machine say, and
 * disable_cpu_apicid= for the boot CPU where /proc/cpuinfo tells its APIC's id; warnings of
 * watchdogs are switched off, and irqpoll is left out where it does harm.
 * @builder: whose image it is for.
 * Return: 0 or -errno.
 */
_must_check_ int capcmdline_compose(const struct sysroot *root, const struct sysconfig *config,
				    enum imagebuilder builder, char **ret, struct err *err);

#endif
