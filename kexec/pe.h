/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * PE/COFF, the format of EFI programs (Microsoft's "PE Format"), as far as kernels are wrapped
 * in it: sections by their names, and where the signatures end.
 */
#ifndef KEXEC_PE_H
#define KEXEC_PE_H

#include <stdint.h>

#include "lib/attrs.h"
#include "lib/bytes.h"
#include "lib/err.h"

/** struct pe - a checked header; borrows the file's bytes. */
struct pe {
	struct bytes file;
	struct bytes sections;      /* the section table */
	uint64_t certificates;      /* offset in the file; may lie outside */
	uint32_t certificates_size; /* bytes; 0: not signed */
};

/** PE_NOT_MINE - no PE file at all. */
#define PE_NOT_MINE 1

/** PE_NO_SECTION - there is no section of that name. */
#define PE_NO_SECTION 1

/**
 * pe_parse() - find the section table and the certificate table.
 * Return: 0; PE_NOT_MINE; -EBADMSG for a file that ends before its section table does.
 */
_must_check_ int pe_parse(struct bytes file, struct pe *ret, struct err *err);

/**
 * pe_section() - contents of the first section called @name, without the padding behind them.
 * @name: eight characters at most.
 * @ret: untouched unless 0 is returned; may be empty.
 * Return: 0; PE_NO_SECTION; -EBADMSG for one that does not lie wholly inside the file.
 */
_must_check_ int pe_section(const struct pe *pe, const char *name, struct bytes *ret,
			    struct err *err);

/**
 * pe_without_padding() - a signed PE file up to where its signatures end.
 *
 * Wrappers pad what is inside them, and the kernel takes no signature for a file with anything
 * behind it. Bytes that are no PE file, or one that is not signed or damaged, stay as they are.
 */
struct bytes pe_without_padding(struct bytes file);

#endif
