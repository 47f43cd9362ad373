/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Dumps that came since the last start, each reported once. Which were is kept in a list of
 * their paths, as a dump path may be shared, or be read-only by now, and as clocks and time
 * zones change: /var/lib/kdump/reported, or below /run where that cannot be written.
 * Where there is no list yet, those of before the last day are taken for old.
 */
#ifndef KDUMP_REPORT_H
#define KDUMP_REPORT_H

#include "lib/attrs.h"
#include "lib/err.h"
#include "lib/sysroot.h"

#include "kdump/dumps.h"

#define REPORT_PATH     "/var/lib/kdump/reported"
#define REPORT_RUN_PATH "/run/kdump/reported"

/**
 * report() - announce the new dumps in the journal. What is no journal of ours to write to, as
 * below a sysroot, gets it on standard output instead.
 * @program: path of vmcore-dmesg; NULL: no cause is told.
 * Return: how many were announced; -errno.
 */
_must_check_ int report(const struct sysroot *root, const char *program, const struct dumps *dumps,
			struct err *err);

#endif
