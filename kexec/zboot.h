/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * EFI zboot: an EFI program that unpacks the kernel that it carries. Its header says where the
 * compressed kernel is and how it was compressed, so that others can do it in its place
 * (Linux: drivers/firmware/efi/libstub/zboot-header.S).
 */
#ifndef KEXEC_ZBOOT_H
#define KEXEC_ZBOOT_H

#include "lib/attrs.h"
#include "lib/bytes.h"
#include "lib/err.h"

/** struct zboot - a checked header; borrows the file's bytes. */
struct zboot {
	struct bytes payload; /* compressed; the kernel's size may follow in the file */
	const char *format;   /* for unwrap_as() */
};

/** ZBOOT_NOT_MINE - no such image at all. */
#define ZBOOT_NOT_MINE 1

/**
 * zboot_parse() - read and check the header.
 * Return: 0; ZBOOT_NOT_MINE; -EBADMSG for one cut short or damaged; -ENOTSUP for a compression
 * that lib/unwrap.h has no name for.
 */
_must_check_ int zboot_parse(struct bytes file, struct zboot *ret, struct err *err);

#endif
