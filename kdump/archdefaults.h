/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What holds for a capture kernel of one architecture where the sysconfig file says nothing.
 */
#ifndef KDUMP_ARCHDEFAULTS_H
#define KDUMP_ARCHDEFAULTS_H

/** struct archdefaults - a row of the table. */
struct archdefaults {
	const char *machine;            /* as uname(2) calls it; NULL: any other */
	const char *image_name;         /* KDUMP_IMG */
	const char *commandline_remove; /* KDUMP_COMMANDLINE_REMOVE */
	const char *commandline_append; /* KDUMP_COMMANDLINE_APPEND */
};

/** archdefaults_of() - the row for @machine, which may be one that the table does not have. */
const struct archdefaults *archdefaults_of(const char *machine);

/** archdefaults_native() - the row for the machine that this runs on. */
const struct archdefaults *archdefaults_native(void);

#endif
