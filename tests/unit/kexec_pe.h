/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An EFI program made in memory: PE32+, sections of the contents that a test gives it. */
#ifndef TESTS_UNIT_KEXEC_PE_H
#define TESTS_UNIT_KEXEC_PE_H

#include <stdlib.h>
#include <string.h>

#include "lib/bytes.h"

enum {
	PE_AT = 0x80, /* where "PE\0\0" is */
	PE_COUNT_AT = PE_AT + 6,
	PE_OPTIONAL_SIZE_AT = PE_AT + 20,
	PE_OPTIONAL_AT = PE_AT + 24,
	PE_DIRECTORY_COUNT_AT = PE_OPTIONAL_AT + 108,
	PE_CERTIFICATES_AT = PE_OPTIONAL_AT + 112 + 4 * 8,
	PE_OPTIONAL_BYTES = 112 + 16 * 8,
	PE_TABLE_AT = PE_OPTIONAL_AT + PE_OPTIONAL_BYTES,
	PE_ROW = 40,
	PE_VIRTUAL_SIZE = 8, /* in a row */
	PE_RAW_SIZE = 16,
	PE_RAW_OFFSET = 20,
	PE_FILE_ALIGNMENT = 512,
};

struct pe_part {
	const char *name;
	const void *data;
	size_t size;
};

static inline size_t pe_aligned(size_t size)
{
	return (size + PE_FILE_ALIGNMENT - 1) / PE_FILE_ALIGNMENT * PE_FILE_ALIGNMENT;
}

/** pe_header() - what it begins with, up to the section table, at @p: PE_TABLE_AT bytes. */
static inline void pe_header(uint8_t *p, size_t sections)
{
	memset(p, 0, PE_TABLE_AT);
	memcpy(p, "MZ", 2);
	put_le(p + 0x3c, 4, PE_AT);
	memcpy(p + PE_AT, "PE", 2);
	put_le(p + PE_AT + 4, 2, 0x8664);
	put_le(p + PE_COUNT_AT, 2, sections);
	put_le(p + PE_OPTIONAL_SIZE_AT, 2, PE_OPTIONAL_BYTES);
	put_le(p + PE_OPTIONAL_AT, 2, 0x20b);
	put_le(p + PE_DIRECTORY_COUNT_AT, 4, 16);
}

/**
 * pe_make() - a whole file.
 * @size: set to its size. Each section is padded with 0xee to a multiple of the alignment.
 * Return: malloc()ed; the caller frees.
 */
static inline uint8_t *pe_make(const struct pe_part *parts, size_t count, size_t *size)
{
	size_t at = pe_aligned(PE_TABLE_AT + count * PE_ROW), total = at;
	uint8_t *file;

	for (size_t i = 0; i < count; i++)
		total += pe_aligned(parts[i].size);
	file = malloc(total);
	if (!file)
		abort();
	memset(file, 0xee, total);
	memset(file, 0, at);
	pe_header(file, count);
	for (size_t i = 0; i < count; i++) {
		uint8_t *row = file + PE_TABLE_AT + i * PE_ROW;

		memcpy(row, parts[i].name, strnlen(parts[i].name, 8));
		put_le(row + PE_VIRTUAL_SIZE, 4, parts[i].size);
		put_le(row + PE_RAW_SIZE, 4, pe_aligned(parts[i].size));
		put_le(row + PE_RAW_OFFSET, 4, at);
		memcpy(file + at, parts[i].data, parts[i].size);
		at += pe_aligned(parts[i].size);
	}
	*size = total;
	return file;
}

#endif
