/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What folders of dumps are called, by us and by those that saved dumps here before us. The
 * name says when the dump was saved, in local time.
 */
#ifndef KDUMP_DUMPNAME_H
#define KDUMP_DUMPNAME_H

#include <stdbool.h>
#include <stddef.h>
#include <time.h>

#include "lib/attrs.h"

enum {
	DUMP_NAME_MAX = 320, /* bytes of a name that is written, with NUL */
	DUMP_HOST_MAX = 80,  /* and of the word before its time */
};

#define DUMP_NAME_LOCAL "127.0.0.1" /* stands for this machine, in dumps on disks of its own */
/* Stands for it in what a rehearsal writes, which is no dump and is removed at once. */
#define DUMP_NAME_REHEARSAL "rehearsal"

/** enum dump_origin - whose form a name has. */
enum dump_origin {
	DUMP_OF_KDUMP,     /* HOST-YYYY-MM-DD-HH:MM:SS: ours and RHEL's */
	DUMP_OF_RECOVERY,  /* YYYY-MM-DD-HH:MM: what RHEL takes back from a raw partition */
	DUMP_OF_SUSE,      /* YYYY-MM-DD-HH-MM */
	DUMP_OF_KDUMPTOOLS /* YYYYMMDDHHMM: Debian's */
};

/** struct dump_name - what a name says. */
struct dump_name {
	enum dump_origin origin;
	time_t time;
	size_t host; /* bytes of the word before the time; 0: there is none */
};

/**
 * dump_name_read() - is this the name of a dump's folder?
 * @ret: untouched if not.
 */
_must_check_ bool dump_name_read(const char *name, struct dump_name *ret);

/** dump_name_is_of() - is this the name of a dump of ours that the machine @host saved? */
bool dump_name_is_of(const char *name, const char *host);

/** dump_name_takes() - can names of dumps begin with @host? */
bool dump_name_takes(const char *host);

/**
 * dump_name_write() - the name of a dump of ours: HOST-YYYY-MM-DD-HH:MM:SS, in local time.
 * @host: DUMP_NAME_LOCAL, the machine's address as a server sees it, or what dumphost.h says.
 */
void dump_name_write(const char *host, time_t when, char ret[static DUMP_NAME_MAX]);

#endif
