/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The plan: what goes where in physical memory, worked out in full before the kernel is
 * asked for anything. Segments are placed one by one into the room that is left; the plan
 * is then finished (purgatory learns of all of them) and checked. Pure: no system call.
 */
#ifndef KEXEC_PLAN_H
#define KEXEC_PLAN_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "lib/attrs.h"
#include "lib/bytes.h"
#include "lib/err.h"
#include "kexec/arch.h"
#include "kexec/memory_map.h"
#include "purgatory/params.h"

enum {
	PLAN_SEGMENTS_MAX = 16, /* KEXEC_SEGMENT_MAX: include/linux/kexec.h */
	PLAN_PAGE_SIZE = 4096,  /* what segments are aligned to */
};

/** struct segment - bytes for [start, start + size); behind the content come zeros. */
struct segment {
	const char *name;
	struct bytes content;
	uint8_t *owned; /* the content, if the plan is to free it; else NULL */
	uint64_t start; /* physical, page-aligned */
	uint64_t size;  /* bytes in memory, page-aligned */
	bool scratch;   /* behind the content: not zero but left to the image; not verified */
	bool changes;   /* after loading, rightly so: left out of the digest */
};

/** struct placement - where a segment may go: within [min, max), from which end. */
struct placement {
	uint64_t size;  /* bytes, not 0; rounded up to pages */
	uint64_t align; /* power of two; 0: a page */
	uint64_t min;
	uint64_t max; /* exclusive; 0: no limit */
	bool bottom_up;
};

/** struct plan_backup - memory that purgatory saves: [from, from + size) goes to @to. */
struct plan_backup {
	uint64_t from;
	uint64_t to;
	uint64_t size; /* 0: nothing */
};

/** enum plan_mode - the processor's state at the kernel's entry. */
enum plan_mode {
	PLAN_NATIVE = PURGATORY_MODE_NATIVE,
	PLAN_PROTECTED = PURGATORY_MODE_PROTECTED,
	PLAN_REAL = PURGATORY_MODE_REAL,
};

struct plan {
	struct segment segments[PLAN_SEGMENTS_MAX];
	unsigned int count;
	struct memory_map room;        /* RAM that segments may use */
	uint64_t entry;                /* where the old kernel jumps to */
	enum plan_mode mode;           /* how purgatory enters the kernel */
	struct purgatory_entry kernel; /* and what the kernel finds in the registers */
	unsigned long flags;           /* of kexec_load, without the architecture */
	struct plan_backup backup;
	uint64_t return_text;      /* where purgatory says how to come back; 0: nobody comes back */
	struct segment *purgatory; /* among the segments, once placed */
};

/** plan_init() - begin; @room is taken over (and sorted) and left empty. */
void plan_init(struct plan *plan, struct memory_map *room);

/** plan_done() - release what the plan owns. */
void plan_done(struct plan *plan);

/**
 * plan_place() - add a segment without content where there is room for it.
 * @name: borrowed, for messages and for plan_print().
 * @where: see there.
 * @ret: the new segment, the plan's.
 * Return: 0; -E2BIG beyond PLAN_SEGMENTS_MAX; -EADDRNOTAVAIL if there is no such room.
 */
_must_check_ int plan_place(struct plan *plan, const char *name, const struct placement *where,
			    struct segment **ret, struct err *err);

/**
 * plan_put() - add a segment at a fixed place.
 * @start, @size: physical, page-aligned by the caller; checked with the rest by plan_check().
 * Return: 0 or -E2BIG.
 */
_must_check_ int plan_put(struct plan *plan, const char *name, uint64_t start, uint64_t size,
			  struct segment **ret, struct err *err);

/** plan_total() - bytes of memory that the segments take. */
uint64_t plan_total(const struct plan *plan);

/**
 * plan_fill() - make the rest of the room segments without content, so that the kernel puts
 * what is there now aside.
 * @name: theirs. Return: 0, or -E2BIG if there are too many pieces.
 */
_must_check_ int plan_fill(struct plan *plan, const char *name, struct err *err);

/** plan_room_left() - bytes of the largest hole that is left, in whole pages. */
uint64_t plan_room_left(const struct plan *plan);

/**
 * plan_check() - is the plan sound? Segments page-aligned, none empty, none overlapping,
 * all inside the room, no content longer than its segment.
 */
_must_check_ int plan_check(const struct plan *plan, struct err *err);

/** plan_print() - the plan as stable text: segments by address, entry, backup. */
void plan_print(FILE *out, const struct plan *plan);

#endif
