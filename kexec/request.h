/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the user asks for: the command line, read once into a plain struct. Nothing behind
 * this module ever looks at argv.
 */
#ifndef KEXEC_REQUEST_H
#define KEXEC_REQUEST_H

#include <stdbool.h>
#include <stdio.h>

#include "lib/attrs.h"
#include "lib/err.h"
#include "lib/sysroot.h"

enum action {
	ACTION_REBOOT, /* load, then shut down into it: no action option was given */
	ACTION_LOAD,
	ACTION_UNLOAD,
	ACTION_EXEC,
	ACTION_FORCE, /* load, then jump without a shutdown */
	ACTION_STATUS,
	ACTION_HELP,
	ACTION_VERSION,
};

enum syscall_choice {
	SYSCALL_AUTO, /* kexec_file_load, then kexec_load */
	SYSCALL_FILE,
	SYSCALL_SEGMENTS,
};

/** struct request - all strings are borrowed from argv; NULL where not given. */
struct request {
	enum action action;
	enum syscall_choice syscall;
	bool crash; /* the capture kernel's slot, not the next kernel's */
	const char *kernel;
	const char *initrd;
	const char *append;
	bool reuse_cmdline;
	bool no_checks;
	bool no_ifdown;
	bool no_sync;
	bool debug;
	bool dry_run;
	struct sysroot root;
};

/**
 * request_parse() - read and check a command line.
 * Return: 0, or -EINVAL with @err naming what is wrong with it.
 */
_must_check_ int request_parse(int argc, char **argv, struct request *ret, struct err *err);

/** request_help() - print the usage text and the option table. */
void request_help(FILE *out);

#endif
