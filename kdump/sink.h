/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where the files of one dump are written: a new folder on a mounted file system, or
 * whatever else takes them. Each file is written under an unfinished name and gets its own
 * when it is whole and on the disk; one that could not be finished stays, so marked.
 *
 * A kind of sink is a struct sink_ops; its functions are called in the order of the struct.
 */
#ifndef KDUMP_SINK_H
#define KDUMP_SINK_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#include "lib/attrs.h"
#include "lib/err.h"

#include "kdump/dumpname.h"

struct sink;

/** struct sink_file - one file of a dump while it is written. */
struct sink_file {
	const char *unfinished; /* its name until it is whole */
	const char *name;       /* its name from then on */
	bool by_path;           /* a program is to make it itself, at @path */
	int fd;                 /* what is written here goes into it; -1: it is not open, or is
				   written by its path */
	char *path;             /* of the unfinished file, if @by_path; owned by the sink */
};

/** struct sink_ops - a kind of sink. */
struct sink_ops {
	/* Make a place for the files of a dump of that time, and set @where. */
	int (*begin)(struct sink *sink, time_t when, struct err *err);
	/* Start @file, whose names and @by_path are set; sets the rest. */
	int (*open)(struct sink *sink, struct sink_file *file, struct err *err);
	/* A number that changes as the file grows; what it says is nobody's business. */
	uint64_t (*progress)(struct sink *sink, const struct sink_file *file);
	/* The file is whole: sync it and give it its name. It is closed in any case. */
	int (*publish)(struct sink *sink, struct sink_file *file, struct err *err);
	/* The file is not whole: sync what is there, and close it. */
	int (*keep)(struct sink *sink, struct sink_file *file, struct err *err);
	/* Remove the dump that was begun, of which no file is open, as if it never had been. */
	int (*discard)(struct sink *sink, struct err *err);
	/* Free @state. */
	void (*done)(struct sink *sink);
};

/** struct sink - where a dump goes; release with sink_done(). */
struct sink {
	const struct sink_ops *ops;
	char *host;     /* first part of the name of the dump, see dump_name_write(); owned */
	char *name;     /* of the dump, in the place of one with @host and a time; NULL; owned */
	char *where;    /* the place, for people; NULL before begin() */
	bool streams;   /* no file can be written by its path, or be sought in */
	bool core_only; /* there is room for one file, the memory's */
	bool remote;    /* a mounted one of a server, which may take minutes until it fails */
	bool lost;      /* that server answers no more: the rest would only take as long again */
	void (*alive)(void *ctx); /* to be called before what may take long; NULL */
	void *alive_ctx;
	void *state; /* the kind's own */
};

/**
 * sink_set_host() - let the names of dumps begin with another word than they would.
 * Return: 0 or -ENOMEM.
 */
_must_check_ int sink_set_host(struct sink *sink, const char *host, struct err *err);

/** sink_set_name() - let the next dump be called so. Return: 0 or -ENOMEM. */
_must_check_ int sink_set_name(struct sink *sink, const char *name, struct err *err);

/** sink_dump_name() - what a dump of that time is called. */
void sink_dump_name(const struct sink *sink, time_t when, char ret[static DUMP_NAME_MAX]);

/** sink_alive() - a sign of life, if anybody looks for one: what comes next may take long. */
void sink_alive(const struct sink *sink);

/** sink_done() - free what @sink owns; fine on one that is all zero. */
void sink_done(struct sink *sink);

#endif
