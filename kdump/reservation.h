/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The memory that crashkernel= reserved at boot: how much there is, and what it is used for.
 */
#ifndef KDUMP_RESERVATION_H
#define KDUMP_RESERVATION_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/attrs.h"
#include "lib/err.h"
#include "lib/sysroot.h"

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
