/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the dead kernel says of itself at the beginning of its memory image: its release and
 * when it crashed, from the note VMCOREINFO (Documentation/admin-guide/kdump/vmcoreinfo.rst).
 * Only for the record beside a dump: whatever cannot be read is left empty.
 */
#ifndef KDUMP_CRASHINFO_H
#define KDUMP_CRASHINFO_H

#include <stdint.h>
#include <time.h>

#include "lib/bytes.h"

enum { CRASHINFO_RELEASE_MAX = 65 }; /* bytes of a kernel's release, with NUL (utsname) */

/** struct crashinfo - what is known. */
struct crashinfo {
	char release[CRASHINFO_RELEASE_MAX]; /* "": unknown */
	uint64_t crash_time;                 /* seconds since 1970; 0: unknown */
};

/** crashinfo_parse() - read the text of the note, KEY=VALUE lines. */
struct crashinfo crashinfo_parse(struct bytes text);

/**
 * crashinfo_read() - find and read the note of an ELF core of 64 bits, or of 32.
 * @vmcore: its path.
 */
struct crashinfo crashinfo_read(const char *vmcore);

/**
 * crashinfo_dump_time() - what a dump is to be named, and its age told, by: @now, unless the clock was
 * never set, e.g. for want of its driver. The newest dump must not be the oldest then: it is not
 * earlier than the crash.
 */
time_t crashinfo_dump_time(const struct crashinfo *info, time_t now);

#endif
