/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the command line asks for: one option table, read once.
 */
#ifndef VMCORE_DMESG_REQUEST_H
#define VMCORE_DMESG_REQUEST_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "lib/attrs.h"
#include "lib/err.h"
#include "vmcore-dmesg/stamps.h"
#include "vmcore-dmesg/when.h"

/** enum color_mode - when output is coloured. */
enum color_mode { COLOR_NEVER, COLOR_AUTO, COLOR_ALWAYS };

/** struct request - starts zeroed. */
struct request {
	const char *path; /* the core; "-" is the standard input; points into argv */
	bool help, version;
	bool cause, json;

	bool plain; /* no option says how to show records: the default output's form */
	bool raw, decode, each_line, caller, keep_utf8;
	struct stamps stamps;
	enum color_mode color;
	bool by_level, by_facility;
	uint32_t levels, facilities; /* bits */
	bool has_since, has_until;
	struct when since, until;
};

/**
 * request_parse() - read the command line.
 * @argc, @argv: main()'s; outlive @ret.
 * Return: 0, or -EINVAL with @err saying what is wrong with it. @ret's path is NULL if not exactly
 * one file is named.
 */
_must_check_ int request_parse(int argc, char **argv, struct request *ret, struct err *err);

/** request_needs_clock() - does the output show, or depend on, wall clock time? */
bool request_needs_clock(const struct request *request);

/** request_usage - one line that says how the program is called. */
extern const char request_usage[];

/** request_help() - print how the program is called, and its options. */
void request_help(FILE *out);

#endif
