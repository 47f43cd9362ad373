/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Saved dumps shown: all of them in a table, one at length, either as JSON.
 */
#ifndef KDUMP_DUMPVIEW_H
#define KDUMP_DUMPVIEW_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#include "lib/attrs.h"
#include "lib/err.h"

#include "kdump/dumpcause.h"
#include "kdump/dumps.h"

enum {
	SIZE_TEXT_MAX = 48, /* bytes, with NUL, as below */
	TIME_TEXT_MAX = 64,
};

/** size_text() - a number of bytes for people: three digits or so and a unit, as "24.1M". */
void size_text(uint64_t bytes, char ret[static SIZE_TEXT_MAX]);

/** time_text() - "Mon 2026-11-23 14:34:17 UTC", local time. */
void time_text(time_t when, char ret[static TIME_TEXT_MAX]);

/**
 * cause_text() - kind and function of a cause, "?" where they are not known. Control
 * characters, which a damaged log may hold, are replaced.
 * @ret: malloc()ed; the caller frees.
 * Return: 0 or -ENOMEM.
 */
_must_check_ int cause_text(const struct dump_cause *cause, char **ret);

/**
 * dump_list_print() - print all dumps, numbered from 1.
 * @program: path of vmcore-dmesg.
 */
_must_check_ int dump_list_print(const char *program, const struct dumps *dumps, struct err *err);

/** dump_list_json() - the same as an array of objects. */
_must_check_ int dump_list_json(const char *program, const struct dumps *dumps, struct err *err);

/** dump_info_print() - print what there is to say about dump number @index + 1. */
_must_check_ int dump_info_print(const char *program, const struct dumps *dumps, size_t index,
				 struct err *err);

/** dump_info_json() - the same as an object like those of dump_list_json(). */
_must_check_ int dump_info_json(const char *program, const struct dumps *dumps, size_t index,
				struct err *err);

#endif
