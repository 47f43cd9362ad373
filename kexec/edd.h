/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the BIOS told of the disks that it can boot from (Enhanced Disk Drive services): the
 * real-mode start of a kernel asks for it, which a kernel that kexec starts never runs. The
 * running kernel's boot_params have it whole; where there are none, /sys/firmware/edd does.
 * Sources: uapi/linux/edd.h, drivers/firmware/edd.c, Documentation/arch/x86/zero-page.rst.
 */
#ifndef KEXEC_EDD_H
#define KEXEC_EDD_H

#include <stdint.h>

#include "lib/attrs.h"
#include "lib/err.h"
#include "lib/sysroot.h"

enum {
	EDD_DISKS_MAX = 6, /* EDDMAXNR */
	EDD_DISK_SIZE = 82,
	EDD_SIGNATURES_MAX = 16, /* EDD_MBR_SIG_MAX */
};

/** struct edd - as the zero page has it; zero it to begin with. */
struct edd {
	uint8_t disks[EDD_DISKS_MAX][EDD_DISK_SIZE]; /* struct edd_info */
	uint8_t disk_count;
	uint32_t signatures[EDD_SIGNATURES_MAX]; /* of the disks' first sectors */
	uint8_t signature_count;
};

/**
 * edd_read() - fill in @ret.
 * @boot_params: the running kernel's zero page, or NULL.
 * Return: 0, also where there is nothing of the kind; or -errno.
 */
_must_check_ int edd_read(const struct sysroot *root, const uint8_t *boot_params, struct edd *ret,
			  struct err *err);

/** edd_put() - write it into the zero page at @page. */
void edd_put(const struct edd *edd, uint8_t *page);

#endif
