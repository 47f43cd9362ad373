/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How this machine's last self-test went (selftest.h), kept over the crash that it is.
 */
#ifndef KDUMP_TESTSTATE_H
#define KDUMP_TESTSTATE_H

#include "lib/attrs.h"
#include "lib/err.h"
#include "lib/sysroot.h"

#include "kdump/conf.h"
#include "kdump/selftest.h"

#define TESTSTATE_PATH "/var/lib/kdump/vmcore-creation.status"

enum { TESTSTATE_SENTENCE_MAX = 160 }; /* bytes, with NUL */

/** teststate_begin() - a test begins. Return: 0 or -errno. */
_must_check_ int teststate_begin(const struct sysroot *root, const char *id, struct err *err);

/**
 * teststate_look() - how it went, as far as can be seen now: a test that was pending when the
 * machine was booted has ended. Nothing is written.
 * @conf: says where its dump is to be looked for; NULL: it is not known.
 */
void teststate_look(const struct sysroot *root, const struct conf *conf, struct selftest *ret);

/** teststate_settle() - the same, and write it down if that is new. Return: 0 or -errno. */
_must_check_ int teststate_settle(const struct sysroot *root, const struct conf *conf,
				  struct selftest *ret, struct err *err);

/** teststate_forget() - there was none, or it says nothing any more. */
void teststate_forget(const struct sysroot *root);

/** teststate_sentence() - what users are told of it. */
void teststate_sentence(const struct selftest *test, char ret[static TESTSTATE_SENTENCE_MAX]);

#endif
