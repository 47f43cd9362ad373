/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * An executable image as it is to lie in memory: parts at physical addresses, and an entry.
 * Kernels take few segments and programs may have many parts, so neighbours share one.
 */
#ifndef KEXEC_PROGRAM_H
#define KEXEC_PROGRAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/attrs.h"
#include "lib/bytes.h"
#include "lib/err.h"
#include "kexec/plan.h"

enum {
	PROGRAM_SEGMENTS_MAX = 6, /* leaves room for purgatory, arguments, core header, ... */
};

/** struct program_part - @content at [start, start + size), zeros behind it. */
struct program_part {
	uint64_t start; /* physical */
	uint64_t size;  /* bytes in memory, not 0, at least the content's */
	struct bytes content;
};

/** struct program - zero it to begin with; release with program_done(). */
struct program {
	struct program_part *parts; /* sorted after program_settle() */
	size_t count;
	size_t capacity;
	uint64_t entry; /* physical */
	uint64_t align; /* a power of two: what it may be moved by multiples of */
	bool movable;   /* runs anywhere: it is moved as a whole to where there is room */
	bool aligned;   /* ... and then begins at a multiple of @align */
};

/** program_done() - release; fine on an empty one. */
void program_done(struct program *program);

/** program_add() - append a part; one of size 0 is left out. Return: 0 or -ENOMEM. */
_must_check_ int program_add(struct program *program, uint64_t start, uint64_t size,
			     struct bytes content, struct err *err);

/**
 * program_settle() - sort the parts, and check them: there are some, within the address
 * space, none overlaps another, the entry lies in one. Return: 0 or -EBADMSG.
 */
_must_check_ int program_settle(struct program *program, struct err *err);

/**
 * program_place() - put a settled program into the plan, in PROGRAM_SEGMENTS_MAX segments at
 * most.
 * @limits: its min, max and bottom_up count; parts of a program that cannot be moved must lie
 *	within them.
 * @moved: by how many bytes every address went up, modulo 2^64; 0 unless it is movable.
 * Return: 0; -ENXIO if a part's place is no memory that may be used; -EADDRNOTAVAIL if there
 * is no room for a movable one; -E2BIG if the parts lie too far apart; -ENOMEM.
 */
_must_check_ int program_place(const struct program *program, const struct placement *limits,
			       struct plan *plan, uint64_t *moved, struct err *err);

#endif
