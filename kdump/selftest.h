/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The self-test of RHEL's kdumpctl: a crash on purpose, whose dump is known by an id. The id goes
 * to the capture on its command line, names the dump's folder, and stands in a file that says how
 * the test went: one in that folder, which the capture writes, and one on the machine, which the
 * next start settles by it. This module has what both sides must agree on.
 */
#ifndef KDUMP_SELFTEST_H
#define KDUMP_SELFTEST_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#include "lib/attrs.h"

#define SELFTEST_PARAMETER  "kdump_test_id"
#define SELFTEST_NAME       "vmcore-creation.status" /* in the dump's folder */
#define SELFTEST_UNFINISHED "vmcore-creation-incomplete.status"

enum {
	SELFTEST_ID_MAX = 32,    /* bytes of SECONDS-NANOSECONDS, with NUL */
	SELFTEST_NAME_MAX = 48,  /* of a folder's name */
	SELFTEST_TEXT_MAX = 256, /* of a file's contents */
};

/** enum selftest_result - how a test went. */
enum selftest_result {
	SELFTEST_NONE,    /* there was none */
	SELFTEST_PENDING, /* not known yet */
	SELFTEST_SUCCESS,
	SELFTEST_FAIL,
	SELFTEST_MANUAL, /* somebody has to look: the dump is not to be seen from here */
};

/** struct selftest - a test. */
struct selftest {
	enum selftest_result result;
	char id[SELFTEST_ID_MAX];
};

/** selftest_id() - make an id of a time. */
void selftest_id(const struct timespec *when, char ret[static SELFTEST_ID_MAX]);

/** selftest_time() - the time that an id was made of, in seconds. */
time_t selftest_time(const char *id);

/** selftest_of_cmdline() - is there an id on the kernel's command line? @ret: it. */
bool selftest_of_cmdline(const char *line, char ret[static SELFTEST_ID_MAX]);

/** selftest_folder() - the name of the folder of a test's dump. */
void selftest_folder(const char *id, char ret[static SELFTEST_NAME_MAX]);

/** selftest_write() - the text of a file. */
void selftest_write(const struct selftest *test, char ret[static SELFTEST_TEXT_MAX]);

/** selftest_read() - read such a text; what is none is SELFTEST_NONE. */
void selftest_read(const char *text, struct selftest *ret);

#endif
