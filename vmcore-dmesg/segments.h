/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The program headers of a core, and which of them has what is at an address. There may be a
 * million, as makedumpfile -E writes one for each run of pages that it keeps.
 */
#ifndef VMCORE_DMESG_SEGMENTS_H
#define VMCORE_DMESG_SEGMENTS_H

#include <stddef.h>
#include <stdint.h>

#include "lib/attrs.h"
#include "lib/err.h"

/** struct core_segment - one program header; sizes in bytes. */
struct core_segment {
	uint64_t vaddr;
	uint64_t paddr;
	uint64_t offset;    /* in the file */
	uint64_t file_size; /* bytes in the file */
	uint64_t mem_size;  /* bytes of memory; those above file_size are zeros */
};

/** struct core_segments - growable table of segments (array.h); starts zeroed. */
struct core_segments {
	struct core_segment *items; /* in file order */
	size_t count;
	size_t capacity;
	uint32_t *by_vaddr; /* their indices in the order of addresses; owned; */
	uint32_t *by_paddr; /* NULL: not known */
};

/** struct piece - where the first @len bytes of a read come from. */
struct piece {
	enum { PIECE_NOWHERE, PIECE_FILE, PIECE_ZEROS } from;
	uint64_t len;
	uint64_t offset; /* in the file, for PIECE_FILE */
};

/** segments_add() - append a copy of @segment. Return: 0 or -ENOMEM. */
_must_check_ int segments_add(struct core_segments *segments, const struct core_segment *segment,
			      struct err *err);

/** segments_sort() - once all are there: make searching fast. Return: 0 or -ENOMEM. */
_must_check_ int segments_sort(struct core_segments *segments, struct err *err);

/** segments_done() - release; fine on a zeroed table. */
void segments_done(struct core_segments *segments);

/**
 * segments_at_vaddr() - what is at a virtual address.
 * @len: bytes that are wanted; the piece has as many or fewer, never none.
 */
struct piece segments_at_vaddr(const struct core_segments *segments, uint64_t addr, uint64_t len);

/** segments_at_paddr() - what is at a physical address; see segments_at_vaddr(). */
struct piece segments_at_paddr(const struct core_segments *segments, uint64_t addr, uint64_t len);

#endif
