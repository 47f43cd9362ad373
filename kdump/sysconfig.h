/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * /etc/sysconfig/kdump, or /etc/default/kdump where distributions keep such files: which
 * kernel, which command line, which kexec options. Other implementations source it as shell
 * code; here it is read as text and never executed.
 */
#ifndef KDUMP_SYSCONFIG_H
#define KDUMP_SYSCONFIG_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/attrs.h"
#include "lib/err.h"
#include "lib/sysroot.h"

#include "kdump/archdefaults.h"
#include "kdump/strv.h"
#include "kdump/tell.h"

#define SYSCONFIG_PATH         "/etc/sysconfig/kdump"
#define SYSCONFIG_DEFAULT_PATH "/etc/default/kdump" /* read if the other one is not there */

enum { SYSCONFIG_FILE_MAX = 1 << 20 }; /* bytes; a longer one is refused */

/** struct sysconfig - every variable, or its default. Owns its strings, none is NULL. */
struct sysconfig {
	const char *path; /* the file that was read, or would be; borrowed */
	const struct archdefaults *arch;
	char *kernel_version;      /* KDUMP_KERNELVER; "": the running kernel's */
	char *commandline;         /* KDUMP_COMMANDLINE; "": /proc/cmdline */
	char *commandline_remove;  /* KDUMP_COMMANDLINE_REMOVE */
	char *commandline_append;  /* KDUMP_COMMANDLINE_APPEND */
	char *kexec_args;          /* KEXEC_ARGS */
	char *boot_dir;            /* KDUMP_BOOTDIR; "": look where kernels usually are */
	char *image_name;          /* KDUMP_IMG */
	char *image_ext;           /* KDUMP_IMG_EXT */
	bool no_test_notice;       /* VMCORE_CREATION_NOTIFICATION is no */
	struct tell_levels levels; /* KDUMP_STDLOGLVL, KDUMP_SYSLOGLVL, KDUMP_KMSGLOGLVL */
	bool of_suse;              /* the file is that of SUSE's kdump */
	struct strv warnings;      /* lines to be told, "PATH:LINE: ..." */
};

/**
 * sysconfig_parse() - read assignments NAME=VALUE, with the quotes of a shell.
 * Unknown variables are ignored, with a warning where one looks misspelt; the last assignment of
 * a variable counts. In SUSE's file, KDUMP_COMMANDLINE_APPEND is what to add to the defaults.
 * @text: NUL-terminated; @path: for messages, which begin with "PATH:LINE: "; stays borrowed.
 * @arch: where the defaults are from.
 * @ret: untouched on failure; release with sysconfig_done().
 * Return: 0, -EINVAL for anything but assignments and comments, -ENOMEM.
 */
_must_check_ int sysconfig_parse(const char *text, const char *path,
				 const struct archdefaults *arch, struct sysconfig *ret,
				 struct err *err);

/** sysconfig_read() - the file below @root; this machine's defaults if there is none. */
_must_check_ int sysconfig_read(const struct sysroot *root, struct sysconfig *ret, struct err *err);

/** sysconfig_set_kernel() - have another KDUMP_KERNELVER than the file. Return: 0 or -ENOMEM. */
_must_check_ int sysconfig_set_kernel(struct sysconfig *conf, const char *version, struct err *err);

/** sysconfig_done() - free what @conf owns; fine on one that is all zero. */
void sysconfig_done(struct sysconfig *conf);

#endif
