/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The memory that crashkernel= reserved at boot: how much there is, and if there is none,
 * why, and what to do about it.
 */
#ifndef KDUMP_RESERVATION_H
#define KDUMP_RESERVATION_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/attrs.h"
#include "lib/err.h"
#include "lib/sysroot.h"

/** enum reservation_fault - why nothing is reserved, as far as the command line tells. */
enum reservation_fault {
	RESERVATION_ABSENT,   /* no crashkernel= at all */
	RESERVATION_MISSPELT, /* a word that was probably meant to be crashkernel= */
	RESERVATION_BLANK,    /* crashkernel with a blank before or after the '=' */
	RESERVATION_AUTO,     /* crashkernel=auto, which few kernels know */
	RESERVATION_REFUSED,  /* well written, and the kernel reserved nothing */
};

enum { RESERVATION_WORD_MAX = 64 }; /* bytes of a word that are repeated in a message */

/**
 * reservation_diagnose() - what is wrong with a kernel command line whose kernel reserved
 * no memory.
 * @word: the word that is at fault, cut to fit; "" for RESERVATION_ABSENT.
 */
enum reservation_fault reservation_diagnose(const char *cmdline,
					    char word[static RESERVATION_WORD_MAX]);

/**
 * reservation_check() - is there memory for a capture kernel?
 * @ret_bytes: the size of the reservation.
 * Return: 0; -ENOTSUP if the kernel cannot have one; -ENOENT if it has none, with the
 * reason and the remedy in @err; -errno.
 */
_must_check_ int reservation_check(const struct sysroot *root, uint64_t *ret_bytes,
				   struct err *err);

/** reservation_size() - *@ret = bytes that are reserved, perhaps 0. Return: as above, or 0. */
_must_check_ int reservation_size(const struct sysroot *root, uint64_t *ret, struct err *err);

/** reservation_loaded() - *@ret = is a capture kernel loaded? Return: as above, or 0. */
_must_check_ int reservation_loaded(const struct sysroot *root, bool *ret, struct err *err);

#endif
