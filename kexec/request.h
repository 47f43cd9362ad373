/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the user asks for: the command line, read once into a plain struct. Nothing behind
 * this module ever looks at argv.
 *
 * Not every image, nor both system calls, can do all that may be asked. The request keeps
 * which options were given; loaders say which they honour, and the rest is refused by name.
 */
#ifndef KEXEC_REQUEST_H
#define KEXEC_REQUEST_H

#include <stdbool.h>
#include <stdint.h>
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
	ACTION_JUMP_BACK,  /* load the way back into the kernel that this one came from */
	ACTION_CRASH_SIZE, /* print how much is reserved */
	ACTION_HELP,
	ACTION_VERSION,
};

enum syscall_choice {
	SYSCALL_AUTO, /* kexec_file_load, then kexec_load */
	SYSCALL_FILE,
	SYSCALL_SEGMENTS,
};

/** enum option - each option's number; synonyms share one. Bits of request.given. */
enum option {
	OPTION_HELP = 1,
	OPTION_VERSION,
	OPTION_DEBUG,
	OPTION_FORCE,
	OPTION_NO_CHECKS,
	OPTION_NO_IFDOWN,
	OPTION_NO_SYNC,
	OPTION_LOAD,
	OPTION_LOAD_PANIC,
	OPTION_UNLOAD,
	OPTION_EXEC,
	OPTION_STATUS,
	OPTION_FILE_SYSCALL,
	OPTION_SEGMENT_SYSCALL,
	OPTION_AUTO_SYSCALL,
	OPTION_TYPE,
	OPTION_INITRD,
	OPTION_APPEND,
	OPTION_REUSE_CMDLINE,
	OPTION_REUSE_INITRD,
	OPTION_MODULE,
	OPTION_DTB,
	OPTION_ENTRY,
	OPTION_MEM_MIN,
	OPTION_MEM_MAX,
	OPTION_PRINT_CRASH_SIZE,
	OPTION_HOTPLUG,
	OPTION_NO_CMA,
	OPTION_FORCE_DTB,
	OPTION_PRESERVE_CONTEXT,
	OPTION_JUMP_BACK,
	OPTION_LOAD_LIVE_UPDATE,
	OPTION_EXEC_LIVE_UPDATE,
	OPTION_ENTRY_32BIT,
	OPTION_REAL_MODE,
	OPTION_ARGS_ELF,
	OPTION_ARGS_LINUX,
	OPTION_ARGS_NONE,
	OPTION_PASS_MEMMAP,
	OPTION_NO_EFI,
	OPTION_REUSE_VIDEO_TYPE,
	OPTION_CORE_ELF32,
	OPTION_CORE_ELF64,
	OPTION_RESET_VGA,
	OPTION_CONSOLE_VGA,
	OPTION_CONSOLE_SERIAL,
	OPTION_SERIAL,
	OPTION_SERIAL_BAUD,
	OPTION_DRY_RUN,
	OPTION_SYSROOT,
	OPTION_COUNT,
};

/** OPTION_BIT() - of request.given and of loader.options. */
#define OPTION_BIT(option) (UINT64_C(1) << (option))

_Static_assert(OPTION_COUNT <= 64, "one bit each");

enum { REQUEST_FILES_MAX = 64 }; /* --initrd or --module, of each */

/** struct file_list - names given by an option that may be repeated, in their order. */
struct file_list {
	const char *names[REQUEST_FILES_MAX]; /* borrowed from argv */
	size_t count;
};

/** struct request - all strings are borrowed from argv; NULL where not given. */
struct request {
	enum action action;
	enum syscall_choice syscall;
	uint64_t given; /* OPTION_BIT()s */
	bool crash;     /* the capture kernel's slot, not the next kernel's */
	const char *kernel;
	const char *type; /* of image: a loader's name */
	const char *append;
	const char *dtb;
	struct file_list initrds;
	struct file_list modules; /* "FILE ARGUMENTS" */
	uint64_t entry;           /* if OPTION_ENTRY is given */
	uint64_t mem_min;         /* segments go to [mem_min, mem_max] */
	uint64_t mem_max;         /* inclusive */
	uint16_t serial_port;     /* if OPTION_SERIAL is given: an I/O port */
	uint32_t serial_baud;     /* if OPTION_SERIAL_BAUD is given; 0: leave it as it is */
	struct sysroot root;
};

/** request_has() - was @option given? */
static inline bool request_has(const struct request *request, enum option option)
{
	return request->given & OPTION_BIT(option);
}

/**
 * request_parse() - read and check a command line.
 * Return: 0; -EINVAL with @err naming what is wrong with it; -ERANGE for a bad value of
 * --serial or --serial-baud, which have an exit status of their own.
 */
_must_check_ int request_parse(int argc, char **argv, struct request *ret, struct err *err);

/**
 * request_first() - the long name, without the dashes, of one of @options that was given.
 * @options: OPTION_BIT()s. Return: NULL if none was; else a constant.
 */
const char *request_first(const struct request *request, uint64_t options);

/** request_segments_only - OPTION_BIT()s of what only kexec_load can honour. */
extern const uint64_t request_segments_only;

/** request_file_only - OPTION_BIT()s of what only kexec_file_load can honour. */
extern const uint64_t request_file_only;

/** request_image_dependent - OPTION_BIT()s of what not every image loader honours. */
extern const uint64_t request_image_dependent;

/** request_help() - print the usage text and the option table. */
void request_help(FILE *out);

#endif
