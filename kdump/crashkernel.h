/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The value of crashkernel=, as the kernel reads it (kernel documentation,
 * admin-guide/kdump/kdump.rst; kernel/crash_reserve.c):
 *
 *	SIZE[@OFFSET]					that much, at any or one place
 *	START-[END]:SIZE[,START-[END]:SIZE...][@OFFSET]	by how much memory there is
 *	SIZE,high  SIZE,low  SIZE,cma			above 4 GiB, below it, from the page cache
 *
 * Numbers may have one of the units K, M, G, T, P and E, and no second letter.
 */
#ifndef KDUMP_CRASHKERNEL_H
#define KDUMP_CRASHKERNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/attrs.h"
#include "lib/err.h"

enum {
	CRASHKERNEL_RANGES_MAX = 64,   /* in one value; known defaults have 11 */
	CRASHKERNEL_TEXT_MAX = 2048,   /* bytes with NUL: kernels take so long a command line */
	CRASHKERNEL_ROUND = 128 << 20, /* bytes that the kernel rounds memory up to for ranges */
};

/** enum crashkernel_suffix - which memory a value is about. */
enum crashkernel_suffix {
	CRASHKERNEL_PLAIN,
	CRASHKERNEL_HIGH,
	CRASHKERNEL_LOW,
	CRASHKERNEL_CMA,
	CRASHKERNEL_SUFFIXES,
};

/** struct crashkernel_range - all in bytes. */
struct crashkernel_range {
	uint64_t start; /* least memory it is for */
	uint64_t end;   /* first that it is not for; UINT64_MAX: open */
	uint64_t size;  /* to reserve */
};

/** struct crashkernel - one value. */
struct crashkernel {
	struct crashkernel_range ranges[CRASHKERNEL_RANGES_MAX];
	size_t count;  /* of them, at least 1 */
	bool by_range; /* written with ranges, not as one size */
	bool has_offset;
	uint64_t offset; /* bytes */
	enum crashkernel_suffix suffix;
};

/**
 * crashkernel_parse() - read a value.
 * @text: what stands behind the '=', without quotes.
 * @ret: untouched on failure.
 * Return: 0; -EINVAL with @err saying what is wrong with it.
 */
_must_check_ int crashkernel_parse(const char *text, struct crashkernel *ret, struct err *err);

/**
 * crashkernel_size() - what a value asks for.
 * @memory: the machine's, in bytes.
 * Return: bytes; 0 if no range is for that much memory.
 */
uint64_t crashkernel_size(const struct crashkernel *value, uint64_t memory);

/**
 * crashkernel_grow() - add to every size; a size of 0 stays.
 * @delta: bytes; may be negative, but not beyond a size.
 * Return: 0, -ERANGE.
 */
_must_check_ int crashkernel_grow(struct crashkernel *value, int64_t delta, struct err *err);

/** crashkernel_print() - @value as text; as short as possible. Return: 0, -ENAMETOOLONG. */
_must_check_ int crashkernel_print(const struct crashkernel *value,
				   char ret[static CRASHKERNEL_TEXT_MAX], struct err *err);

/** struct crashkernel_words - the values of a command line that count: the last of each kind. */
struct crashkernel_words {
	struct crashkernel value[CRASHKERNEL_SUFFIXES];
	bool has[CRASHKERNEL_SUFFIXES];
};

/**
 * crashkernel_read() - read all crashkernel= of a command line.
 * Return: 0, also if there is none; -EINVAL with @err naming the first word that is wrong.
 */
_must_check_ int crashkernel_read(const char *cmdline, struct crashkernel_words *ret,
				  struct err *err);

#endif
