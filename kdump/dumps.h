/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The dumps that are saved below the dump path. Which there are is read off the folders each
 * time; nothing else is kept about them. A folder is a dump's if it is called like one and
 * holds what a dump consists of, or nothing at all. Links are never followed.
 */
#ifndef KDUMP_DUMPS_H
#define KDUMP_DUMPS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include "lib/attrs.h"
#include "lib/err.h"
#include "lib/sysroot.h"

#include "kdump/dumpname.h"

/** enum dump_state - how much of a dump there is. */
enum dump_state {
	DUMP_COMPLETE,
	DUMP_INCOMPLETE, /* the memory under a name for what was not finished */
	DUMP_LOG_ONLY,
	DUMP_EMPTY,
	DUMP_UNREADABLE, /* we may not look into it */
};

/** struct dump - one dump. Its strings are its own. */
struct dump {
	char *name; /* of its folder */
	struct dump_name said;
	bool own; /* this machine's kdump saved it: the path may hold what others saved */
	enum dump_state state;
	uint64_t size; /* bytes of the disk that its files take */
	char *core;    /* file name of the memory, complete or not; NULL: none */
	char *log;     /* file name of the log; NULL: none */
};

/** struct dumps - those of one dump path, oldest first; release with dumps_done(). */
struct dumps {
	char *path;               /* of the folder, as on the machine */
	char host[DUMP_HOST_MAX]; /* names of own dumps begin with it; "": none are certainly own */
	int dir;                  /* that folder; -1: there is none */
	struct dump *v;
	size_t n;
	size_t capacity;
};

#define DUMPS_INIT                                                                                 \
	{                                                                                          \
		.host = DUMP_NAME_LOCAL, .dir = -1                                                 \
	}

/**
 * dumps_read() - read which dumps there are.
 * @path: the dump path, absolute as on the machine.
 * @ret: DUMPS_INIT, perhaps with another @host; to be released in any case.
 * Return: 0; -ENOENT if there is no such folder; -errno.
 */
_must_check_ int dumps_read(const struct sysroot *root, const char *path, struct dumps *ret,
			    struct err *err);

/**
 * dumps_read_one() - like dumps_read(), of one dump.
 * @path: its folder.
 * Return: also -EINVAL if that is no dump.
 */
_must_check_ int dumps_read_one(const struct sysroot *root, const char *path, struct dumps *ret,
				struct err *err);

/** dumps_done() - release. */
void dumps_done(struct dumps *dumps);

/** dump_open() - a dump's folder. Return: a descriptor that the caller closes, -errno. */
_must_check_ int dump_open(const struct dumps *dumps, const struct dump *dump);

/** dump_state_name() - one word or two. */
const char *dump_state_name(enum dump_state state);

#endif
