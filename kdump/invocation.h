/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One run of kdumpctl: which command, and with what. All options stand in one table, which
 * also says which commands take them; a command that does not take an option refuses it.
 */
#ifndef KDUMP_INVOCATION_H
#define KDUMP_INVOCATION_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "lib/attrs.h"
#include "lib/err.h"
#include "lib/sysroot.h"

#include "kdump/arming.h"

/** enum invocation_option - the options that are there for some commands only; bits. */
enum invocation_option {
	OPTION_JSON = 1 << 0,
	OPTION_FORCE = 1 << 1,
	OPTION_KERNEL = 1 << 2,
	OPTION_FADUMP = 1 << 3,
	OPTION_REBOOT = 1 << 4,
	OPTION_DRY_RUN = 1 << 5,
};

/** struct invocation - what the command line said; strings are borrowed from argv. */
struct invocation {
	struct sysroot root;
	const struct places *places; /* set by the caller */
	const struct command *command;
	uint32_t given;     /* enum invocation_option */
	const char *kernel; /* value of OPTION_KERNEL; NULL */
	const char *fadump; /* value of OPTION_FADUMP; NULL */
	bool help;
	bool version;
	char **words; /* arguments behind the command's name */
	int count;    /* of them */
	int exit_status;
};

/** struct command - a row of the table of commands. */
struct command {
	const char *name;
	const char *arguments; /* what may stand behind it, for the help; NULL: nothing */
	const char *help;      /* a sentence; NULL: for other programs, users are not told */
	bool locks;            /* it changes something, one at a time */
	uint32_t takes;        /* enum invocation_option */
	int max_words;         /* arguments behind its name, at most */
	/*
	 * A command says itself what went wrong, in its own words. Return: 0 if it was carried
	 * out, which @exit_status may still have something to tell about; -errno.
	 */
	int (*run)(struct invocation *inv, struct err *err);
};

/**
 * invocation_read() - read a command line.
 * @commands: @count rows. @argv: @argc words as main() got them, reordered.
 * @ret: @places, and zero else; untouched members keep their value. @command stays NULL if
 *	help or version is asked for.
 * Return: 0; -EINVAL with @err saying what is wrong; -EINVAL with an empty @err if no known
 * command, or too many words are there.
 */
_must_check_ int invocation_read(const struct command *commands, size_t count, int argc,
				 char **argv, struct invocation *ret, struct err *err);

/** invocation_help() - print the help on the commands' options. */
void invocation_help(FILE *out);

#endif
