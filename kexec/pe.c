/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "kexec/pe.h"

/* Offsets: PE Format, "MS-DOS Stub", "COFF File Header", "Optional Header", "Section Table". */
enum {
	DOS_PE_OFFSET = 0x3c, /* 32 bits: where "PE\0\0" is */

	/* from "PE\0\0" */
	PE_SECTION_COUNT = 6,
	PE_OPTIONAL_SIZE = 20,
	PE_OPTIONAL = 24,

	/* in the optional header */
	OPTIONAL_MAGIC = 0,
	OPTIONAL_PE32 = 0x10b,
	OPTIONAL_PE32_PLUS = 0x20b,
	DIRECTORIES_PE32 = 96, /* in front of them, 32 bits: how many there are */
	DIRECTORIES_PE32_PLUS = 112,
	DIRECTORY_SIZE = 8,
	DIRECTORY_CERTIFICATES = 4, /* the only one whose address is an offset in the file */

	/* in a row of the section table */
	SECTION_NAME_SIZE = 8, /* without a NUL if it is that long */
	SECTION_VIRTUAL_SIZE = 8,
	SECTION_RAW_SIZE = 16,
	SECTION_RAW_OFFSET = 20,
	SECTION_ROW = 40,
};

/* Leaves the file unsigned if there is anything that is not as the format has it. */
static void find_certificates(struct bytes optional, struct pe *pe)
{
	uint32_t count, offset, size;
	uint16_t magic;
	uint64_t at;

	if (!bytes_le16(optional, OPTIONAL_MAGIC, &magic) ||
	    (magic != OPTIONAL_PE32 && magic != OPTIONAL_PE32_PLUS))
		return;
	at = magic == OPTIONAL_PE32 ? DIRECTORIES_PE32 : DIRECTORIES_PE32_PLUS;
	if (!bytes_le32(optional, at - 4, &count) || count <= DIRECTORY_CERTIFICATES)
		return;
	at += DIRECTORY_CERTIFICATES * DIRECTORY_SIZE;
	if (!bytes_le32(optional, at, &offset) || !bytes_le32(optional, at + 4, &size))
		return;
	pe->certificates = offset;
	pe->certificates_size = size;
}

static int truncated(struct bytes file, const char *what, uint64_t at, struct err *err)
{
	return err_set(err, -EBADMSG,
		       "looks like an EFI program, but is truncated: it has %zu bytes, its %s "
		       "is at 0x%" PRIx64,
		       file.size, what, at);
}

int pe_parse(struct bytes file, struct pe *ret, struct err *err)
{
	struct pe pe = { .file = file };
	struct bytes optional;
	uint16_t count, optional_size;
	uint32_t at;

	if (!bytes_has(file, 0, "MZ", 2) || !bytes_le32(file, DOS_PE_OFFSET, &at))
		return PE_NOT_MINE;
	if (range_within(at, 4, file.size) && !bytes_has(file, at, "PE\0\0", 4))
		return PE_NOT_MINE;
	if (!bytes_le16(file, (uint64_t)at + PE_SECTION_COUNT, &count) ||
	    !bytes_le16(file, (uint64_t)at + PE_OPTIONAL_SIZE, &optional_size) ||
	    !bytes_slice(file, (uint64_t)at + PE_OPTIONAL, optional_size, &optional))
		return truncated(file, "PE header", at, err);
	if (!bytes_slice(file, (uint64_t)at + PE_OPTIONAL + optional_size,
			 (uint64_t)count * SECTION_ROW, &pe.sections))
		return truncated(file, "section table", (uint64_t)at + PE_OPTIONAL + optional_size,
				 err);
	find_certificates(optional, &pe);
	*ret = pe;
	return 0;
}

static bool is_called(struct bytes row, const char *name)
{
	char field[SECTION_NAME_SIZE] = { 0 };

	memcpy(field, name, strnlen(name, sizeof(field)));
	return bytes_has(row, 0, field, sizeof(field));
}

/*
 * In the file a section is padded to the file's alignment, in memory it has its true size. A
 * file that says nothing of the latter (0) is taken at its word.
 */
static int contents(const struct pe *pe, struct bytes row, const char *name, struct bytes *ret,
		    struct err *err)
{
	uint32_t in_memory = 0, size = 0, offset = 0;
	bool whole = bytes_le32(row, SECTION_VIRTUAL_SIZE, &in_memory) &&
		     bytes_le32(row, SECTION_RAW_SIZE, &size) &&
		     bytes_le32(row, SECTION_RAW_OFFSET, &offset);

	if (in_memory != 0 && in_memory < size)
		size = in_memory;
	if (!whole || !bytes_slice(pe->file, size ? offset : 0, size, ret))
		return err_set(err, -EBADMSG,
			       "is damaged or truncated: its section %s, %" PRIu32
			       " bytes at 0x%" PRIx32 ", is not within its %zu bytes",
			       name, size, offset, pe->file.size);
	return 0;
}

int pe_section(const struct pe *pe, const char *name, struct bytes *ret, struct err *err)
{
	struct bytes row;

	for (uint64_t at = 0; bytes_slice(pe->sections, at, SECTION_ROW, &row); at += SECTION_ROW)
		if (is_called(row, name))
			return contents(pe, row, name, ret, err);
	return PE_NO_SECTION;
}

struct bytes pe_without_padding(struct bytes file)
{
	struct pe pe;
	uint64_t end;

	if (pe_parse(file, &pe, NULL) != 0 || pe.certificates_size == 0)
		return file;
	end = pe.certificates + pe.certificates_size;
	if (end < file.size)
		file.size = (size_t)end;
	return file;
}
