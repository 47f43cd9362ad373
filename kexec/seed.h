/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Fresh random bytes, for the next kernel's generator to begin with. */
#ifndef KEXEC_SEED_H
#define KEXEC_SEED_H

#include <stddef.h>
#include <stdint.h>

#include "lib/attrs.h"
#include "lib/err.h"

/** seed_fill() - fill @size bytes at @data, 256 at most. Return: 0 or -errno. */
_must_check_ int seed_fill(uint8_t *data, size_t size, struct err *err);

#endif
