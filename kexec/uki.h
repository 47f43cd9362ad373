/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Unified kernel images: an EFI program whose sections are a kernel, its initrd and its command
 * line (UAPI Group: "Unified Kernel Image"). An EFI program without a kernel is none, not even
 * a kernel that is an EFI program itself.
 */
#ifndef KEXEC_UKI_H
#define KEXEC_UKI_H

#include "lib/attrs.h"
#include "lib/bytes.h"
#include "lib/err.h"

enum uki_section {
	UKI_LINUX, /* the kernel */
	UKI_UCODE, /* goes in front of the initrd */
	UKI_INITRD,
	UKI_CMDLINE, /* as it is in the file: see uki_cmdline() */
	UKI_DTB,
	UKI_SECTIONS,
};

/**
 * struct uki - the sections, borrowed from the file. Only the kernel is always there, the
 * others may be empty. Of several of one name (profiles) it is the first.
 */
struct uki {
	struct bytes sections[UKI_SECTIONS];
};

/** UKI_NOT_MINE - no such image at all. */
#define UKI_NOT_MINE 1

/**
 * uki_parse() - find the sections.
 * Return: 0; UKI_NOT_MINE; -EBADMSG if a section lies outside the file or on another one, or
 * if the kernel is empty.
 */
_must_check_ int uki_parse(struct bytes file, struct uki *ret, struct err *err);

/**
 * uki_cmdline() - the command line as the kernel is to see it: as systemd-stub does, up to the
 * first NUL, control characters made blanks, blanks at the end taken off.
 * @ret: malloc()ed; the caller frees.
 * Return: 0; -EBADMSG for more than any kernel takes; -ENOMEM.
 */
_must_check_ int uki_cmdline(const struct uki *uki, char **ret, struct err *err);

#endif
